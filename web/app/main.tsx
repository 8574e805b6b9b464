import './ui/styles.ts';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { sessionOptions } from './api/session.ts';
import { App } from './app/App.tsx';
import { queryClient } from './app/client.ts';
import { chosenLanguage, startWords } from './text/i18n.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

async function start(): Promise<void> {
  // Before the first render: every library that writes a <style> tag must carry the nonce of this answer.
  setNonce(nonce);
  void queryClient.prefetchQuery(sessionOptions);
  await startWords(chosenLanguage());
  const root = document.getElementById('root');
  if (root !== null) createRoot(root).render(<App nonce={nonce} />);
}

void start();
