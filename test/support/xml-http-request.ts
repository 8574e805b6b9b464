/** As much of the browser's XMLHttpRequest as dicomweb-client uses, over fetch. */
export class XmlHttpRequest {
  readyState = 0;
  status = 0;
  statusText = '';
  responseType = '';
  response: unknown = null;
  withCredentials = false;
  onreadystatechange: () => void = () => undefined;
  onloadstart: () => void = () => undefined;
  onloadend: () => void = () => undefined;
  #method = 'GET';
  #url = '';
  #headers: Record<string, string> = {};
  #answer: Headers = new Headers();

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  getResponseHeader(name: string): string | null {
    return this.#answer.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.#answer].map(([name, value]) => `${name}: ${value}`).join('\r\n');
  }

  send(body?: ArrayBuffer | Uint8Array<ArrayBuffer>): void {
    this.#exchange(body).catch((error: unknown) => {
      this.response = String(error);
      this.#done();
    });
  }

  async #exchange(body: ArrayBuffer | Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    const init = { method: this.#method, headers: this.#headers, ...(body && { body }) };
    const answer = await fetch(this.#url, init);
    this.#answer = answer.headers;
    this.statusText = answer.statusText;
    if (this.responseType === 'arraybuffer') this.response = await answer.arrayBuffer();
    else if (this.responseType === 'blob') this.response = await answer.blob();
    else if (this.responseType === 'json') this.response = await answer.json();
    else this.response = await answer.text();
    this.status = answer.status;
    this.#done();
  }

  #done(): void {
    this.readyState = 4;
    this.onreadystatechange();
  }
}
