// The viewer's library for arrays with dimensions (ndarray) writes the code of its views as text, which the page's policy
// forbids; segmentations could not be opened. This is the same view without text that becomes code.
// biome-ignore lint/correctness/noUnusedVariables: app-config.js, which follows in the same script, hands it on
function arrayView(dtype, dimension, constructors) {
  class View {
    constructor(data, shape, stride, offset) {
      this.data = data;
      this.shape = [...shape];
      this.stride = [...stride];
      this.offset = offset | 0;
    }

    get size() {
      return this.shape.reduce((product, length) => product * length, 1);
    }

    /** Dimensions from the one whose neighbours lie closest. */
    get order() {
      return this.stride
        .map((_, at) => at)
        .sort((a, b) => Math.abs(this.stride[a]) - Math.abs(this.stride[b]) || a - b);
    }

    index(...at) {
      return at.reduce((sum, position, k) => sum + this.stride[k] * position, this.offset);
    }

    get(...at) {
      const index = this.index(...at);
      return dtype === 'generic' ? this.data.get(index) : this.data[index];
    }

    set(...at) {
      const value = at.pop();
      const index = this.index(...at);
      if (dtype === 'generic') return this.data.set(index, value);
      this.data[index] = value;
      return value;
    }

    /** The part before the given positions. */
    hi(...to) {
      const shape = this.shape.map((length, k) => (isPlace(to[k]) ? to[k] | 0 : length));
      return new View(this.data, shape, this.stride, this.offset);
    }

    /** The part from the given positions on. */
    lo(...from) {
      const skipped = this.shape.map((_, k) => (isPlace(from[k]) ? from[k] | 0 : 0));
      const shape = this.shape.map((length, k) => length - skipped[k]);
      return new View(this.data, shape, this.stride, this.index(...skipped));
    }

    /** Every nth, backwards when it is negative. */
    step(...by) {
      let offset = this.offset;
      const steps = this.shape.map((_, k) => (typeof by[k] === 'number' ? by[k] | 0 : 1));
      const shape = this.shape.map((length, k) => {
        if (steps[k] < 0) offset += this.stride[k] * (length - 1);
        return Math.ceil(length / Math.abs(steps[k]));
      });
      const stride = this.stride.map((distance, k) => distance * steps[k]);
      return new View(this.data, shape, stride, offset);
    }

    transpose(...order) {
      const from = this.shape.map((_, k) => (order[k] === undefined ? k : order[k] | 0));
      const shape = from.map((k) => this.shape[k]);
      const stride = from.map((k) => this.stride[k]);
      return new View(this.data, shape, stride, this.offset);
    }

    /** Fewer dimensions: those with a position are held there. */
    pick(...at) {
      const open = this.shape.map((_, k) => k).filter((k) => !isPlace(at[k]));
      const offset = this.index(...this.shape.map((_, k) => (isPlace(at[k]) ? at[k] | 0 : 0)));
      const construct = constructors[open.length + 1];
      return construct(
        this.data,
        open.map((k) => this.shape[k]),
        open.map((k) => this.stride[k]),
        offset,
      );
    }
  }
  View.prototype.dtype = dtype;
  View.prototype.dimension = dimension;
  if (dimension === 2) {
    // By far the most used, once per pixel.
    View.prototype.index = function index(i, j) {
      return this.offset + this.stride[0] * i + this.stride[1] * j;
    };
  }
  return (data, shape = [], stride = [], offset = 0) => new View(data, shape, stride, offset);

  function isPlace(position) {
    return typeof position === 'number' && position >= 0;
  }
}
