/** The package brings no types of its own. */
declare module 'html-encoding-sniffer' {
  /** The encoding of an HTML document: byte order mark, else the declared one, else the default. A name the platform knows. */
  export default function sniffHtmlEncoding(
    bytes: Uint8Array,
    options?: { xml?: boolean; transportLayerEncodingLabel?: string; defaultEncoding?: string },
  ): string;
}
