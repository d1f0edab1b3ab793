/*
 * <article-chat>: ask a site's articles and get the sentence that answers, word for word.
 *
 *   <script src="https://bot.example/widget.js" async></script>
 *
 * puts it into the corner of any page; README.md beside this file tells the rest. No build and no
 * dependency. First small parts, then the class, its words and its look; at the end it is
 * registered. What visitors, articles or authors wrote becomes text nodes and never HTML.
 */
window.ArticleChat ??= (() => {
  "use strict";

  const REMEMBERED = 8; // earlier questions that are sent along
  const SLOW = 4_000; // ms until the visitor is told that it takes long
  const LOST = 30_000; // ms until an answer is waited for no longer

  /** Return a new element; children that are strings become text, false ones nothing. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.filter(Boolean));
    return element;
  };

  const button = (content, onclick, attributes) => {
    const element = make("button", { type: "button", ...attributes }, content);
    element.addEventListener("click", onclick);
    return element;
  };

  const icon = (d) => {
    const [svg, path] = ["svg", "path"].map((tag) =>
      document.createElementNS("http://www.w3.org/2000/svg", tag),
    );
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
  };

  /** Return `address` as a URL if a browser may be sent there, else null. */
  const web = (address, base) => {
    const url = URL.canParse(address, base) && new URL(address, base);
    return url && /^https?:$/.test(url.protocol) ? url : null;
  };

  /** Return `url` so that it opens at `text` (https://wicg.github.io/scroll-to-text-fragment/). */
  const pointTo = (url, text) => {
    const words = text.trim().split(/\s+/);
    const parts = words.length > 12 ? [words.slice(0, 5), words.slice(-5)] : [words];
    // A bare hyphen has a meaning of its own there.
    const encode = (part) => encodeURIComponent(part.join(" ")).replaceAll("-", "%2D");
    url.hash = `${url.hash || "#"}:~:text=${parts.map(encode)}`;
    return url;
  };

  class ArticleChat extends HTMLElement {
    static observedAttributes = [
      "src", "heading", "placeholder", "greeting", "lang", "position", "open", "article", "texts",
      "forget",
    ];

    /** Where the service is if an element does not say: where this script came from. */
    static src = document.currentScript && new URL(".", document.currentScript.src).href;

    /** Register the element, once; a browser too old for it goes on to show what is in the tag. */
    static define(tag = "article-chat", registry = customElements) {
      const able = URL.canParse && CSS.supports("color", "color-mix(in srgb, red, red)");
      if (able && !registry.get(tag)) registry.define(tag, this);
    }

    /** Put a chat at the end of the page unless it has one, with the script's `data-` attributes. */
    static launch(script) {
      const place = () => {
        if (document.querySelector("article-chat")) return;
        const src = new URL(".", script.src).href;
        document.body.append(make("article-chat", { src, ...script.dataset }));
      };
      if (!script) return; // a module only registers: the author places the element
      if (document.readyState !== "loading") place();
      else document.addEventListener("DOMContentLoaded", place);
    }

    // What there is to show, and all that is kept: { question, literal, body, problem, rated }
    #turns = [];
    #draft = "";
    #starters = [];
    #canRate = false;

    #queue = Promise.resolve(); // one after the other: each question knows what was before
    #abort = new AbortController(); // ends the questions under way
    #connected = null; // ends the listeners outside when the element is removed
    #narrow = matchMedia("(max-width: 30em), (max-height: 30em)");
    #opener = null; // what had the focus when the chat was opened
    #prepared = false;

    #items = new WeakMap(); // turn → its element
    #texts;
    #launcher;
    #panel;
    #log;
    #list;
    #suggestions;
    #input;
    #status;
    #alert;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      if (!ArticleChat.sheet) {
        ArticleChat.sheet = new CSSStyleSheet();
        ArticleChat.sheet.replaceSync(ArticleChat.css);
      }
      root.adoptedStyleSheets = [ArticleChat.sheet];
      // A page's shortcuts must not fire while someone types here: seen from outside, the keys
      // come from an element that nobody knows as one to type in.
      for (const type of ["keydown", "keypress", "keyup"]) {
        root.addEventListener(type, (event) => event.stopPropagation());
      }
    }

    connectedCallback() {
      this.#warn();
      this.#connected = new AbortController();
      const { signal } = this.#connected;
      this.#narrow.addEventListener("change", () => this.#reflect(), { signal });
      for (const type of ["resize", "scroll"]) {
        window.visualViewport?.addEventListener(type, () => this.#fit(), { signal });
      }
      this.#restore();
      // Unasked, it does not cover a small screen.
      if (this.#narrow.matches) this.removeAttribute("open");
      this.#build();
    }

    disconnectedCallback() {
      this.#connected.abort();
      this.#connected = null;
    }

    attributeChangedCallback(name, old, value) {
      if (!this.#connected || old === value) return;
      if (name !== "open") return this.#build();
      if (this.#inline || (old !== null && value !== null)) return;
      this.#reflect();
      this.#fire("toggle", ArticleChat.#states(value !== null));
    }

    // For the page's author

    /** Open the chat, and ask `question` if there is one. */
    open(question) {
      if (this.#toggle(true)) this.#focus();
      return question ? this.ask(question) : Promise.resolve(null);
    }

    /** Close the chat; the focus goes back to where it was. */
    close() {
      const inside = this.shadowRoot.activeElement;
      if (!this.#toggle(false) || !inside) return;
      (this.#opener?.isConnected ? this.#opener : this.#launcher).focus();
    }

    /** Ask `question`; the promise is of the answer as the service sent it, or null without one. */
    ask(question) {
      question = String(question).trim();
      if (!question || !this.#fire("ask", { question })) return Promise.resolve(null);
      const turn = { question };
      this.#turns.push(turn);
      return this.#send(turn);
    }

    /** Forget this conversation and begin another. */
    clear() {
      if (!this.#fire("clear")) return;
      this.#abort.abort();
      this.#abort = new AbortController();
      this.#turns = [];
      this.#draft = "";
      this.#build();
      this.#save();
    }

    /** Fetch a request: the one place where that happens, for those who need it otherwise. */
    fetch(request) {
      return fetch(request);
    }

    // State

    get #inline() {
      return this.getAttribute("position") === "inline";
    }

    get #base() {
      return web((this.getAttribute("src") ?? ArticleChat.src ?? "").replace(/\/?$/, "/"), document.baseURI);
    }

    get #key() {
      return `article-chat ${this.#base} ${this.id || this.getAttribute("position") || ""}`;
    }

    static #states(open) {
      const states = ["closed", "open"];
      return { oldState: states[+!open], newState: states[+open] };
    }

    /** Dispatch an event that bubbles; return whether nobody cancelled it. */
    #fire(type, detail = null) {
      return this.dispatchEvent(new CustomEvent(type, { bubbles: true, cancelable: true, detail }));
    }

    /** Open or close a popup; return whether it has changed. */
    #toggle(open) {
      if (this.#inline) return open;
      if (open === this.hasAttribute("open")) return false;
      if (!this.#fire("beforetoggle", ArticleChat.#states(open))) return false;
      const active = this.getRootNode().activeElement;
      if (open) this.#opener = active === this || active === document.body ? null : active;
      this.toggleAttribute("open", open);
      this.#save();
      return true;
    }

    /** Keep the conversation for the next page of this tab; only called for what visitors do. */
    #save() {
      if (this.hasAttribute("forget")) return;
      const state = { open: this.hasAttribute("open"), turns: this.#turns, draft: this.#draft };
      try {
        sessionStorage.setItem(this.#key, JSON.stringify(state));
      } catch {} // this page may store nothing
    }

    #restore() {
      if (this.#turns.length || this.hasAttribute("forget")) return;
      try {
        const { open, turns, draft } = JSON.parse(sessionStorage.getItem(this.#key)) ?? {};
        this.#turns = turns ?? [];
        this.#draft = draft ?? "";
        if (open) this.setAttribute("open", "");
      } catch {} // nothing may be read here
    }

    /** Tell the author of what was misspelt. */
    #warn() {
      const known = ArticleChat.observedAttributes;
      const global = /^(aria-|data-|on|item)|^(class|dir|hidden|id|inert|nonce|part|role|slot|style|tabindex|title|translate)$/;
      for (const name of this.getAttributeNames()) {
        if (known.includes(name) || global.test(name)) continue;
        console.warn(`<article-chat>: unknown attribute "${name}"; known are: ${known.join(", ")}`);
      }
      if (!this.#base) console.warn("<article-chat>: src is not the address of a service");
    }

    // The service

    #request(path, body) {
      const signal = AbortSignal.timeout(LOST);
      const post = { method: "POST", headers: { "Content-Type": "application/json" } };
      return new Request(new URL(path, this.#base), {
        signal,
        ...(body && { ...post, body: JSON.stringify(body) }),
      });
    }

    /** Fetch what is of use only now that the chat is open. */
    async #prepare() {
      if (this.#prepared) return;
      this.#prepared = true;
      const [{ suggestions = [] }, { feedback = false }] = await Promise.all(
        ["suggestions", "health"].map(async (path) => {
          try {
            return await (await this.fetch(this.#request(path))).json();
          } catch {
            return {}; // it goes without
          }
        }),
      );
      this.#starters = suggestions;
      this.#canRate = feedback;
      this.#suggest();
    }

    #send(turn) {
      delete turn.problem;
      const { signal } = this.#abort;
      this.#draw(turn);
      this.#suggest();
      this.#save();
      this.#queue = this.#queue.then(() => (signal.aborted ? null : this.#answer(turn, signal)));
      return this.#queue;
    }

    /** Return the answer to the question of `turn`, once it is shown; null where there is none. */
    async #answer(turn, signal) {
      const before = this.#turns.slice(0, this.#turns.indexOf(turn)).filter(({ body }) => body);
      const asked = before.filter(({ body }) => body.status !== "chat").slice(-REMEMBERED);
      const { question, literal } = turn;
      const request = this.#request("ask", {
        question,
        article: this.getAttribute("article") ?? undefined,
        // Meant just so, it is asked as the first of a conversation.
        ...(!literal && {
          conversation: before.at(-1)?.body.conversation,
          history: asked.map(({ question, body }) => ({ question, answer: body.answer?.text })),
        }),
      });
      this.#say(this.#texts.searching);
      const slow = setTimeout(() => this.#say((this.#items.get(turn).lastChild.textContent = this.#texts.slow)), SLOW);
      let body;
      try {
        const response = await this.fetch(request);
        const wait = response.headers.get("Retry-After");
        body = await response.json();
        if (!response.ok) turn.problem = { status: response.status, detail: body.detail, wait };
      } catch (error) {
        turn.problem = { status: 0, detail: error.message };
      }
      clearTimeout(slow);
      if (signal.aborted) return null;
      if (turn.problem) {
        const { status, wait } = turn.problem;
        if (wait) turn.problem.until = Date.now() + 1000 * wait;
        if (!this.#fire("problem", turn.problem)) return null;
      } else {
        turn.body = body;
        if (!this.#fire("answer", body)) return body;
      }
      this.#draw(turn);
      return body
    }
  }
  return ArticleChat;
})();
