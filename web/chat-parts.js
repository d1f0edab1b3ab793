/*
 * What a quotation of <article-chat> is made of: as elements, and as Markdown.
 *
 * It is loaded with the first question, so that the chat is light before. What others wrote only
 * becomes text nodes, and only these addresses are linked to:
 */
const ALLOWED = /^(https?|mailto|tel):/i;

const CELLS = " | "; // separates the cells of a row

/** Return the parts as a tree: items in lists, rows in tables, nested parts in their items. */
const group = (parts) => {
  const nodes = [];
  for (let at = 0; at < parts.length; ) {
    const part = parts[at++];
    const { kind, depth, number } = part;
    const columns = part.columns.join(CELLS);
    const node = { kind, part, numbered: number !== null, columns };
    if (kind === "item") {
      const start = at;
      while (parts[at]?.depth > depth) at += 1;
      node.items = [{ part, inside: group(parts.slice(start, at)) }];
    } else if (kind === "row") node.items = [part];
    const last = nodes.at(-1);
    const same = ["kind", "numbered", "columns"].every((name) => last?.[name] === node[name]);
    if (node.items && same) last.items.push(...node.items);
    else nodes.push(node);
  }
  return nodes;
};

/** Ask the service to delete the conversation; if that fails, the service deletes it later. */
export const forget = (chat, base, turns) => {
  const ids = new Set(turns.map(({ body }) => body?.conversation).filter(Boolean));
  for (const id of ids) {
    const url = new URL(`conversations/${id}`, base);
    chat.fetch(new Request(url, { method: "DELETE", keepalive: true })).catch(() => {});
  }
};

/** Return the quotation as nodes, and a function to cut its text by offsets of the article. */
const read = ({ text, start, end, parts }) => {
  // Offsets count code points, JavaScript counts UTF-16.
  const points = [...text];
  const cut = (from, to) => points.slice(from - start, to - start).join("");
  // An older service sends fewer fields.
  const bare = { kind: "paragraph", start, end, number: null, depth: 0, columns: [], links: [] };
  const all = parts?.length ? parts : [bare];
  return { nodes: group(all.map((part) => ({ ...bare, ...part }))), cut };
};

/** Return start and end of each cell of a row; of the whole part if it is not a row. */
const cells = ({ kind, start, end }, cut) => {
  if (kind !== "row") return [[start, end]];
  let at = start;
  return cut(start, end).split(CELLS).map((cell) => {
    const from = at;
    at += [...cell, ...CELLS].length;
    return [from, from + [...cell].length];
  });
};

/** Return the pieces of a cell, `[start, end, url]`: links, and the text between them. */
const runs = ({ links }, [start, end]) => {
  const found = [];
  for (const link of links) {
    const from = Math.max(link.start, start);
    const to = Math.min(link.end, end);
    if (from >= to || !ALLOWED.test(link.url)) continue;
    found.push([start, from], [from, to, link.url]);
    start = to;
  }
  return [...found, [start, end]].filter(([from, to]) => from < to);
};

const isHeader = (part, columns, cut) => columns && cut(part.start, part.end) === columns;

/** Return the elements that show `answer`, made by the chat's `make`. */
export const show = (answer, make) => {
  const { nodes, cut } = read(answer);
  const { start: first, end: last } = answer.highlight ?? { start: 0, end: 0 };

  const marked = (start, end) => {
    const [from, to] = [first, last].map((at) => Math.min(Math.max(at, start), end));
    const mark = from < to && make("mark", { part: "mark" }, cut(from, to));
    return [cut(start, from), mark, cut(to, end)].filter(Boolean);
  };

  const link = (url, children) => {
    const a = make("a", { part: "link", rel: "noopener" }, ...children);
    a.href = url;
    if (a.origin !== location.origin && /^http/.test(a.protocol)) a.target = "_blank";
    return a;
  };

  const line = (part, cell) => runs(part, cell).flatMap(([start, end, url]) =>
    url ? link(url, marked(start, end)) : marked(start, end),
  );

  const row = (part, tag, attributes) => make(
    "tr", {}, ...cells(part, cut).map((cell) => make(tag, attributes, ...line(part, cell))),
  );

  const table = ({ items, columns }) => {
    const col = { scope: "col" };
    const own = isHeader(items[0], columns, cut);
    const header = own
      ? row(items[0], "th", col)
      : make("tr", {}, ...columns.split(CELLS).map((name) => make("th", col, name)));
    return make(
      "div", { part: "table", tabindex: 0 },
      make(
        "table", {},
        columns && make("thead", {}, header),
        make("tbody", {}, ...items.slice(own ? 1 : 0).map((part) => row(part, "td"))),
      ),
    );
  };

  const element = (node) => {
    const { kind, part, items, numbered } = node;
    const text = () => line(part, [part.start, part.end]);
    if (kind === "row") return table(node);
    if (kind === "code") return make("pre", { part: "code", tabindex: 0 }, ...text());
    if (kind !== "item") return make("p", kind === "heading" ? { class: "title" } : {}, ...text());
    return make(
      numbered ? "ol" : "ul", { part: "list" },
      ...items.map(({ part, inside }) => make(
        "li", numbered ? { value: part.number } : {},
        make("p", {}, ...line(part, [part.start, part.end])),
        ...inside.map(element),
      )),
    );
  };

  return nodes.map(element);
};

/** Return `answer` as Markdown; a single paragraph without links only gets quotation marks. */
export const markdown = (answer) => {
  const { nodes, cut } = read(answer);

  const line = (part, cell = [part.start, part.end]) => runs(part, cell).map(([start, end, url]) => {
    const words = cut(start, end);
    if (!url) return words;
    return url.endsWith(words) ? `<${url}>` : `[${words}](${url})`;
  }).join("");

  const table = ({ items, columns }) => {
    const own = isHeader(items[0], columns, cut);
    const row = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(CELLS)} |`;
    const rows = items.map((part) => cells(part, cut).map((cell) => line(part, cell)));
    const header = own ? rows.shift() : columns ? columns.split(CELLS) : rows[0].map(() => "");
    return [header, header.map(() => "---"), ...rows].map(row).join("\n");
  };

  const block = (node) => {
    const { kind, part, items } = node;
    if (kind === "row") return table(node);
    if (kind === "item") {
      return items.map(({ part, inside }) => {
        const sign = part.number === null ? "- " : `${part.number}. `;
        const below = "\n" + " ".repeat(sign.length);
        return sign + [line(part), ...inside.map(block)].join("\n").replaceAll("\n", below);
      }).join("\n");
    }
    if (kind !== "code") return kind === "heading" ? `**${line(part)}**` : line(part);
    const code = cut(part.start, part.end);
    const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
    const fence = "`".repeat(longest + 1);
    return [fence, code, fence].join("\n");
  };

  const [{ kind, part }] = nodes;
  const plain = nodes.length === 1 && kind === "paragraph" && !part.links.length;
  return plain ? `“${answer.text}”` : `${nodes.map(block).join("\n\n")}\n`;
};

export const css = `
mark { padding: .1em .2em; border-radius: 4px; background: var(--_mark); box-decoration-break: clone; -webkit-box-decoration-break: clone }
[part=quote] > * + *, [part=quote] li > * + * { margin-top: .5em }
[part=quote] li { margin-top: .25em; list-style: inherit }
[part=quote] :is(ol, ul) { padding-inline-start: 1.75em }
[part=quote] ol { list-style: decimal }
[part=quote] ul { list-style: disc }
[part=quote] .title { font-weight: 600 }
[part=link] { display: inline; margin: 0; padding-block: .25em; font-weight: inherit; unicode-bidi: normal }
[part=code], [part=table] { overflow-x: auto; outline-offset: -2px; direction: ltr }
[part=table] { direction: inherit; font: .875em/1.5 var(--article-chat-font, system-ui, sans-serif) }
[part=code] {
  padding: .5em .75em;
  border-radius: 8px;
  background: var(--_soft);
  font: .8em/1.5 ui-monospace, monospace;
  white-space: pre;
  overflow-wrap: normal;
}
table { width: 100%; border-collapse: collapse }
th, td { min-width: 4.5em; padding: .35em .5em; border-bottom: 1px solid var(--_line); text-align: start; vertical-align: top }
th { color: var(--_quiet) }
[part=quote] :is(p, li, th, td) { unicode-bidi: plaintext }
[part=reading] [part=quote] { padding: 0; font-size: 1em }
@media (forced-colors: active) {
  mark { forced-color-adjust: none; background: Mark; color: MarkText }
}
`;
