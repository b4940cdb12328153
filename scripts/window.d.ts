// What the page's scripts hand to each other on window, for the type checker alone.

interface Window {
  Plotly?: any;
  bootscope: {
    plotly: Promise<any>;
    timeline: Promise<Response>;
    lines: Promise<Response>;
    worker: string | undefined;
  };
}
