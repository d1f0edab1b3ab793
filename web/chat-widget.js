/*
 * <article-chat>: ask a site's articles and get the sentence that answers, word for word.
 *
 *   <script src="https://bot.example/widget.js" async></script>
 *
 * README.md has the rest. Text by others only becomes text nodes.
 */
window.ArticleChat ??= (() => {
  "use strict";

  const REMEMBERED = 8; // earlier questions that are sent along
  const LOST = 30_000; // ms to wait for an answer

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

  const named = (name) => ({ class: "icon", "aria-label": name, title: name });

  /** Return `address` as a URL if a browser may be sent there, else null. */
  const web = (address, base) => {
    const url = URL.canParse(address, base) && new URL(address, base);
    return url && /^https?:$/.test(url.protocol) ? url : null;
  };

  /** Return `url` so that it opens at `text` (https://wicg.github.io/scroll-to-text-fragment/). */
  const pointTo = (url, text) => {
    const words = text.trim().split(/\s+/);
    const parts = words.length > 12 ? [words.slice(0, 5), words.slice(-5)] : [words];
    const encode = (part) => encodeURIComponent(part.join(" ")).replaceAll("-", "%2D");
    url.hash = `${url.hash || "#"}:~:text=${parts.map(encode)}`;
    return url;
  };

  const fill = (text, value) => text.replace("{}", () => value);

  const states = (open) => {
    const [oldState, newState] = open ? ["closed", "open"] : ["open", "closed"];
    return { oldState, newState };
  };

  class ArticleChat extends HTMLElement {
    static observedAttributes = [
      "src", "heading", "placeholder", "greeting", "lang", "position", "open", "article", "texts",
      "forget",
    ];

    /** The service's address, unless an element has one: where this script came from. */
    static src = document.currentScript && new URL(".", document.currentScript.src).href;

    /** Register the element, once; an old browser shows the content of the tag. */
    static define(tag = "article-chat", registry = customElements) {
      const able = URL.canParse && CSS.supports("color", "color-mix(in srgb, red, red)");
      if (able && !registry.get(tag)) registry.define(tag, this);
    }

    /** Put a chat at the end of a page that has none, with the script's `data-` attributes. */
    static launch(script) {
      if (!script) return; // a module only registers: its author places the element
      const place = () => {
        if (document.querySelector("article-chat")) return;
        const src = new URL(".", script.src).href;
        document.body.append(make("article-chat", { src, ...script.dataset }));
      };
      if (document.readyState !== "loading") place();
      else document.addEventListener("DOMContentLoaded", place);
    }

    // What is shown; turns are { question, literal, body, problem, rated }.
    #turns = [];
    #draft = "";
    #lang; // the page's
    #starters = [];
    #canRate = false;

    #queue = Promise.resolve(); // each question knows what was answered before
    #abort = new AbortController(); // stops the running questions
    #connected = null; // removes the listeners outside the element
    #narrow = matchMedia("(max-width: 30em), (max-height: 30em)");
    #opener = null; // had the focus when the chat was opened
    #prepared = false;
    #parts; // shows lists, tables, code and links, once it is loaded

    #texts;
    #launcher;
    #panel; // null until the chat is opened
    #log;
    #list;
    #items; // turn → its element in the list
    #suggestions;
    #input;
    #anew;
    #status;
    #alert;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      if (!ArticleChat.sheet) {
        // A style sheet made by a script is allowed by any Content-Security-Policy.
        ArticleChat.sheet = new CSSStyleSheet();
        ArticleChat.sheet.replaceSync(ArticleChat.css);
      }
      root.adoptedStyleSheets = [ArticleChat.sheet];
      // The page's shortcuts must not react to keys that are typed here.
      for (const type of ["keydown", "keypress", "keyup"]) {
        root.addEventListener(type, (event) => event.stopPropagation());
      }
    }

    connectedCallback() {
      this.#warn();
      this.#restore();
      // On a small screen, it does not open by itself.
      if (this.#narrow.matches) this.removeAttribute("open");
      this.#connected = new AbortController();
      const { signal } = this.#connected;
      this.#narrow.addEventListener("change", () => this.#reflect(), { signal });
      for (const type of ["resize", "scroll"]) {
        window.visualViewport?.addEventListener(type, () => this.#fit(), { signal });
      }
      this.#build();
    }

    disconnectedCallback() {
      this.#connected.abort();
      this.#connected = null;
    }

    attributeChangedCallback(name, old, value) {
      if (!this.#connected || old === value) return;
      if (name !== "open") return this.#build();
      if (this.#inline || (old === null) === (value === null)) return;
      this.#reflect();
      this.#fire("toggle", states(value !== null));
    }

    // What the author of a page can call

    /** Open the chat, and ask `question` if there is one, as `ask` does. */
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

    /** Return a promise for the answer as the service sent it, or for null. */
    ask(question) {
      question = String(question).trim();
      if (!question || !this.#fire("ask", { question })) return Promise.resolve(null);
      const turn = { question };
      this.#turns.push(turn);
      return this.#send(turn);
    }

    clear() {
      if (!this.#fire("clear")) return;
      this.#abort.abort();
      this.#abort = new AbortController();
      this.#queue = Promise.resolve();
      this.#turns = [];
      this.#build();
      this.#save();
    }

    /** Fetch a request; a page can replace this. */
    fetch(request) {
      return fetch(request);
    }

    // State

    get #inline() {
      return this.getAttribute("position") === "inline";
    }

    get #base() {
      const src = this.getAttribute("src") ?? ArticleChat.src ?? "";
      return web(src.replace(/\/?$/, "/"), document.baseURI);
    }

    get #key() {
      return `article-chat ${this.#base} ${this.id || this.getAttribute("position") || ""}`;
    }

    /** Dispatch an event that bubbles; return whether nobody cancelled it. */
    #fire(type, detail = null) {
      return this.dispatchEvent(new CustomEvent(type, { bubbles: true, cancelable: true, detail }));
    }

    #toggle(open) {
      if (this.#inline) return open;
      if (open === this.hasAttribute("open")) return false;
      if (!this.#fire("beforetoggle", states(open))) return false;
      const active = this.getRootNode().activeElement;
      if (open) this.#opener = active === this || active === document.body ? null : active;
      this.toggleAttribute("open", open);
      this.#save();
      return true;
    }

    /** Keep the conversation for the next page in this tab, if the chat was opened. */
    #save() {
      if (!this.#panel || this.hasAttribute("forget")) return;
      const state = { open: this.hasAttribute("open"), turns: this.#turns, draft: this.#draft };
      try {
        sessionStorage.setItem(this.#key, JSON.stringify(state));
      } catch {} // the page may not store anything
    }

    #restore() {
      if (this.#turns.length || this.hasAttribute("forget")) return;
      try {
        const { open, turns, draft } = JSON.parse(sessionStorage.getItem(this.#key));
        this.#turns = turns;
        this.#draft = draft;
        if (open && !this.#inline) this.setAttribute("open", "");
      } catch {} // nothing is stored, or it may not be read
    }

    #warn() {
      const known = ArticleChat.observedAttributes;
      for (const name of this.getAttributeNames()) {
        if (name in this || [...known, "class", "tabindex"].includes(name)) continue;
        if (/^(aria|data)-/.test(name)) continue;
        console.warn(`<article-chat>: unknown attribute "${name}"; known are ${known.join(", ")}`);
      }
      if (!this.#base) console.warn("<article-chat>: src is not the address of a service");
    }

    // The service

    #request(path, body) {
      const post = { method: "POST", headers: { "Content-Type": "application/json" } };
      return new Request(new URL(path, this.#base), {
        signal: AbortSignal.timeout(LOST),
        ...(body && { ...post, body: JSON.stringify(body) }),
      });
    }

    /** Fetch what only an open chat needs. */
    async #prepare() {
      if (this.#prepared) return;
      this.#prepared = true;
      if (this.#turns.length) this.#load();
      const get = async (path) => {
        try {
          return await (await this.fetch(this.#request(path))).json();
        } catch {
          return {}; // the chat works without it
        }
      };
      const paths = [`suggestions?lang=${this.#lang}`, "health"];
      const [{ suggestions }, { feedback }] = await Promise.all(paths.map(get));
      this.#starters = suggestions ?? [];
      this.#canRate = feedback;
      for (const turn of this.#turns) if (turn.body) this.#draw(turn);
      this.#settle();
    }

    /** Load the second script with the first question; until then quotes are plain text. */
    async #load() {
      if (this.#parts) return;
      try {
        this.#parts = await import(new URL("chat-parts.js", this.#base));
        ArticleChat.sheet.replaceSync(ArticleChat.css + this.#parts.css);
        for (const turn of this.#turns) if (turn.body) this.#draw(turn);
      } catch {}
    }

    /** Show the question of `turn` and send it; return a promise for the answer. */
    #send(turn) {
      delete turn.body;
      delete turn.problem;
      this.#draw(turn);
      this.#settle();
      this.#save();
      this.#reveal(turn);
      const { signal } = this.#abort;
      this.#queue = this.#queue.then(() => (signal.aborted ? null : this.#receive(turn, signal)));
      return this.#queue;
    }

    async #receive(turn, signal) {
      this.#say(this.#texts.searching);
      this.#load();
      try {
        const response = await this.fetch(this.#request("ask", this.#question(turn)));
        const body = await response.json();
        const wait = response.headers.get("Retry-After");
        if (response.ok) turn.body = body;
        else {
          const until = wait && Date.now() + 1000 * wait;
          turn.problem = { status: response.status, detail: body.detail, until };
        }
      } catch (error) {
        turn.problem = { status: 0, detail: error.message };
      }
      if (signal.aborted) return null;
      const { body, problem } = turn;
      if (this.#fire(...(body ? ["answer", body] : ["problem", problem]))) {
        this.#draw(turn);
        if (problem) this.#say(this.#fault(problem), true);
        else {
          const unsure = body.answer && body.confidence < .5 && this.#texts.unsure;
          this.#say([unsure, body.message, body.citations[0]?.title].filter(Boolean).join(" — "));
        }
      } else {
        // The page cancelled the event, to show the answer in its own way.
        this.#turns = this.#turns.filter((other) => other !== turn);
        this.#items?.get(turn)?.remove();
      }
      this.#settle();
      this.#save();
      this.#reveal(turn);
      return body ?? null;
    }

    #question(turn) {
      const { question, literal } = turn;
      const article = this.getAttribute("article") ?? undefined;
      // Asked literally, a question has no history.
      if (literal) return { question, article };
      const before = this.#turns.slice(0, this.#turns.indexOf(turn)).filter(({ body }) => body);
      return {
        question,
        article,
        conversation: before.at(-1)?.body.conversation,
        history: before
          .filter(({ body }) => body.status !== "chat")
          .slice(-REMEMBERED)
          .map(({ question, body: { answer } }) => ({
            question,
            answer: answer?.text,
            highlight: answer?.highlight?.text,
          })),
      };
    }

    // What is shown

    #build() {
      const [[, ...languages]] = TEXTS;
      this.#lang = (this.closest("[lang]") ?? document.documentElement).lang;
      const column = 1 + Math.max(0, languages.indexOf(this.#lang.split("-")[0]));
      const t = (this.#texts = Object.fromEntries(TEXTS.map((row) => [row[0], row[column]])));
      try {
        Object.assign(t, JSON.parse(this.getAttribute("texts")));
      } catch (error) {
        console.warn(`<article-chat>: texts is not JSON: ${error.message}`);
      }
      for (const name of ["heading", "placeholder", "greeting"]) {
        t[name] = this.getAttribute(name) ?? t[name];
      }
      this.#launcher = button(
        make("slot", { name: "icon" }, icon("M5 5h14v10h-8l-4 4v-4H5z")),
        () => this.open(),
        { part: "launcher", lang: t.lang, dir: t.dir, "aria-haspopup": "dialog" },
      );
      this.#launcher.append(make("span", {}, t.heading));
      this.#panel = null;
      this.shadowRoot.replaceChildren(...(this.#inline ? [] : [this.#launcher]));
      this.#reflect();
    }

    /** Show or hide the panel; it is a modal dialog if it fills the screen. */
    #reflect() {
      const open = this.#inline || this.hasAttribute("open");
      if (open && !this.#panel) this.#buildPanel();
      if (this.#inline || !this.#panel) return;
      this.#launcher.hidden = open;
      if (this.#panel.open) this.#panel.close();
      if (open && this.#narrow.matches) this.#panel.showModal();
      else this.#panel.open = open; // show() would take the focus even where nobody asked
      this.#fit();
      this.#reveal(this.#turns.at(-1));
    }

    #buildPanel() {
      const t = this.#texts;
      const popup = !this.#inline;
      const titled = popup || this.hasAttribute("heading");
      const heading = make("h2", { part: "heading", class: titled ? "" : "unseen" }, t.heading);
      const anew = () => {
        this.#parts?.forget(this, this.#base, this.#turns);
        this.clear();
        this.#focus();
      };
      this.#anew = button(icon("M5 8a8 8 0 1 1-1 6M5 3v5h5"), anew, named(t.anew));
      const close = button(icon("M6 6l12 12M18 6L6 18"), () => this.close(), named(t.close));
      const header = make(
        "div", { part: "header" },
        make("slot", { name: "header" }, heading),
        this.#anew,
        popup && close,
      );
      this.#list = make("ol", { role: "list" });
      this.#items = new WeakMap();
      this.#suggestions = make("div", { part: "suggestions", role: "group" });
      this.#log = make(
        "div", { part: "conversation", role: "group", "aria-label": t.heading, tabindex: 0 },
        make("p", { part: "greeting" }, t.greeting),
        this.#list,
        this.#suggestions,
      );
      this.#input = make("textarea", {
        part: "input", rows: 1, maxlength: 1000, autocomplete: "off",
        enterkeyhint: "send", placeholder: t.placeholder, "aria-label": t.placeholder,
      });
      this.#input.value = this.#draft;
      this.#input.addEventListener("keydown", (event) => this.#press(event));
      this.#input.addEventListener("input", () => this.#type(this.#input.value));
      const send = button(icon("M12 19V5M6 11l6-6 6 6"), () => this.#submit(), {
        part: "send", ...named(t.send),
      });
      // A region is only announced if it exists before its text.
      this.#status = make("p", { role: "status", class: "unseen" });
      this.#alert = make("p", { role: "alert", class: "unseen" });
      const panel = make(
        popup ? "dialog" : "section",
        { part: "panel", lang: t.lang, dir: t.dir, "aria-label": t.heading },
        header,
        this.#log,
        make("div", { part: "composer" }, this.#input, send),
        this.#status,
        this.#alert,
      );
      panel.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        this.close();
      });
      // A phone's gesture for going back.
      panel.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.close();
      });
      this.#panel = panel;
      this.shadowRoot.append(panel);
      for (const turn of this.#turns) {
        // The page was left before the answer came.
        if (!turn.body) turn.problem ??= { status: 0 };
        this.#draw(turn);
      }
      this.#settle();
      new IntersectionObserver(([{ isIntersecting }], observer) => {
        if (!isIntersecting) return;
        observer.disconnect();
        this.#log.scrollTop = this.#log.scrollHeight;
        this.#prepare();
      }).observe(panel);
    }

    /** Use the space that a phone's keyboard leaves: the visual viewport. */
    #fit() {
      if (!this.#panel?.matches(":modal")) return;
      const { height, offsetTop, scale } = window.visualViewport;
      if (scale > 1.01) return; // the visitor has zoomed in
      this.#panel.style.setProperty("--_height", `${height}px`);
      this.#panel.style.setProperty("--_top", `${offsetTop}px`);
    }

    /** Focus the input, unless a keyboard may then cover the rest. */
    #focus() {
      (this.#narrow.matches ? this.#log : this.#input)?.focus({ preventScroll: true });
    }

    #press(event) {
      if (event.isComposing) return; // Enter chooses a character here
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.#submit();
      } else if (event.key === "ArrowUp" && !this.#input.value && this.#turns.length) {
        event.preventDefault();
        this.#type(this.#turns.at(-1).question);
      }
    }

    #type(text) {
      if (this.#input.value !== text) this.#input.value = text;
      this.#draft = text;
      this.#save();
    }

    #submit() {
      const question = this.#input.value;
      const asked = this.#turns.length;
      this.ask(question);
      if (this.#turns.length > asked) this.#type("");
      this.#input.focus();
    }

    #say(text, urgent = false) {
      if (!this.#panel) return;
      this.#status.textContent = urgent ? "" : text;
      this.#alert.textContent = urgent ? text : "";
    }

    #draw(turn) {
      if (!this.#panel) return;
      const { question, body, problem } = turn;
      const item = make(
        "li", { part: "turn" },
        make("h3", { part: "question" }, question),
        ...(body ? this.#answered(turn) : problem ? this.#failed(turn) : this.#waiting()),
      );
      const old = this.#items.get(turn);
      if (old) old.replaceWith(item);
      else this.#list.append(item);
      this.#items.set(turn, item);
    }

    #waiting() {
      return [make("p", { class: "wait" }, this.#texts.searching)];
    }

    #answered(turn) {
      const t = this.#texts;
      const { body, literal } = turn;
      const justThat = button(t.literal, () => {
        turn.literal = true;
        this.#send(turn);
        this.#focus();
      });
      const unknown = body.unknown_words.map((word) => `“${word}”`).join(", ");
      return [
        body.understood_as && make(
          "p", { class: "note" },
          make("span", {}, fill(t.understood, body.understood_as)), " ", !literal && justThat,
        ),
        body.answer && body.confidence < .5 && make("p", { class: "note" }, t.unsure),
        body.answer ? this.#quoted(turn) : make("p", { part: "message" }, body.message),
        unknown && make("p", { class: "note" }, fill(t.unknown, unknown)),
        this.#reading(t.also, body.citations.slice(1)),
        this.#reading(t.related, body.related),
      ];
    }

    #quoted(turn) {
      const { answer, citations: [cited] } = turn.body;
      return make(
        "figure", { part: "answer" },
        this.#quote(answer, cited),
        make("figcaption", { part: "source" }, ...this.#source(cited, answer.text)),
        this.#actions(turn),
      );
    }

    #quote(answer, { lang }) {
      const shown = this.#parts?.show(answer, make) ?? [answer.text];
      return make("blockquote", { part: "quote", lang, dir: "auto" }, ...shown);
    }

    /** Return a link that opens the article at `text`, with its heading and date. */
    #source(citation, text) {
      const { url, view, title, heading, published } = citation;
      const own = web(url);
      const address = own ? pointTo(own, text) : web(view.replace(/^\//, ""), this.#base);
      const here = address?.origin === location.origin;
      const link = make("a", { rel: "noopener", ...(!here && { target: "_blank" }) }, title);
      if (address) link.href = address;
      link.addEventListener("click", () => {
        if (here && this.#narrow.matches) this.close(); // the chat would cover the article
      });
      const date = published && new Date(published).toLocaleDateString(this.#texts.lang, {
        dateStyle: "long", timeZone: "UTC",
      });
      const parts = [heading, heading && date && " · ", date && make("span", {}, date)];
      return [link, make("span", { class: "note" }, ...parts)];
    }

    #reading(label, citations) {
      if (!citations.length) return null;
      return make(
        "section", { part: "reading" },
        make("h4", {}, label),
        make("ul", { role: "list" }, ...citations.map((citation) => {
          const { answer, passage } = citation;
          return make(
            "li", {}, ...this.#source(citation, answer?.text ?? passage),
            answer ? this.#quote(answer, citation) : make("p", {}, passage),
          );
        })),
      );
    }

    #actions(turn) {
      const t = this.#texts;
      const { id, answer, citations } = turn.body;
      const row = make("div", { part: "actions" });
      const rate = async (helpful, reason) => {
        const rating = { answer: id, helpful, ...(reason && { reason }) };
        if (!this.#fire("rate", rating)) return;
        turn.rated = true;
        this.#save();
        const done = helpful || reason;
        const why = (name) => button(t[name], () => rate(false, name));
        row.replaceChildren(
          make("span", { tabindex: -1 }, done ? t.thanks : t.why),
          ...(done ? [] : ["wrong", "off-topic", "outdated"].map(why)),
        );
        row.firstChild.focus();
        try {
          await this.fetch(this.#request("feedback", rating));
        } catch {} // a lost rating does not harm the visitor
      };
      const copy = button(t.copy, async () => {
        const { href } = row.parentNode.querySelector("figcaption a");
        const quote = this.#parts?.markdown(answer) ?? answer.text;
        await navigator.clipboard.writeText([quote, citations[0].title, href].join("\n"));
        copy.textContent = t.copied;
        this.#say(t.copied);
      });
      if (this.#canRate && !turn.rated) {
        row.append(
          make("span", {}, t.helpful),
          button(t.yes, () => rate(true), { "aria-label": `${t.helpful} ${t.yes}` }),
          button(t.no, () => rate(false), { "aria-label": `${t.helpful} ${t.no}` }),
        );
      }
      if (navigator.clipboard) row.append(copy);
      return row;
    }

    #fault({ status, detail, until }) {
      const t = this.#texts;
      if (!status) return t.lost;
      if (until) return fill(t.busy, Math.max(0, Math.ceil((until - Date.now()) / 1000)));
      return status < 500 && detail ? detail : t.fault;
    }

    #failed(turn) {
      const again = button(this.#texts.again, () => {
        this.#send(turn);
        this.#focus();
      });
      return [make("p", { part: "problem" }, this.#fault(turn.problem)), again];
    }

    #settle() {
      if (!this.#panel) return;
      const t = this.#texts;
      const last = this.#turns.at(-1);
      const questions = last ? (last.body?.suggestions ?? []) : this.#starters;
      const label = last ? t.more : t.starters;
      this.#anew.hidden = !last;
      this.#suggestions.setAttribute("aria-label", label);
      this.#suggestions.replaceChildren(
        questions.length ? make("p", { class: "note" }, label) : "",
        ...questions.map((question) =>
          button(question, () => {
            this.ask(question);
            this.#focus();
          }, { part: "suggestion" }),
        ),
      );
    }

    /** Scroll to what follows from `turn`, not past its start. */
    #reveal(turn) {
      const item = this.#items?.get(turn);
      if (!item) return;
      this.#suggestions.scrollIntoView({ block: "nearest" });
      const fits = item.offsetHeight + 32 < Math.min(this.#log.clientHeight, innerHeight);
      item.scrollIntoView({ block: fits ? "nearest" : "start" });
    }
  }

  // A column is a language; {} is filled in. The attribute `texts` replaces any of them.
  const TEXTS = `
    lang | en | de | es | fr | ar
    dir | ltr | ltr | ltr | ltr | rtl
    heading | Ask a question | Frage stellen | Hacer una pregunta | Poser une question | اطرح سؤالاً
    greeting | What would you like to know? | Was möchten Sie wissen? | ¿Qué quiere saber? | Que voulez-vous savoir ? | ماذا تود أن تعرف؟
    placeholder | Your question | Ihre Frage | Su pregunta | Votre question | سؤالك
    send | Send | Senden | Enviar | Envoyer | إرسال
    close | Close | Schließen | Cerrar | Fermer | إغلاق
    anew | Start anew | Neu beginnen | Empezar de nuevo | Recommencer | ابدأ من جديد
    starters | For example | Zum Beispiel | Por ejemplo | Par exemple | مثلاً
    more | You could also ask | Fragen Sie auch | También puede preguntar | À demander aussi | يمكنك أن تسأل أيضاً
    searching | Searching … | Suche läuft … | Buscando … | Recherche … | جارٍ البحث …
    understood | Understood as “{}”. | Verstanden als „{}“. | Entendido como «{}». | Compris comme « {} ». | فُهم على أنه «{}».
    literal | No, I meant just that | Nein, genau so gemeint | No, quise decir justo eso | Non, je voulais dire juste cela | لا، قصدت هذا فقط
    unsure | This may not answer it: | Vielleicht keine Antwort: | Quizá no es una respuesta: | Peut-être pas une réponse : | ربما ليس جواباً:
    also | Also in | Auch in | También en | Aussi dans | أيضاً في
    related | Not an answer, but the nearest passages | Keine Antwort, aber am nächsten daran | No es una respuesta, pero es lo más cercano | Pas une réponse, mais au plus près | ليس جواباً، لكنه الأقرب
    unknown | In no article: {} | In keinem Artikel: {} | En ningún artículo: {} | Dans aucun article : {} | ليس في أي مقال: {}
    helpful | Did this help? | War das hilfreich? | ¿Le ha servido? | Est-ce utile ? | هل أفادك هذا؟
    yes | Yes | Ja | Sí | Oui | نعم
    no | No | Nein | No | Non | لا
    why | What is wrong? | Was stimmt nicht? | ¿Qué falla? | Qu’est-ce qui ne va pas ? | ما الخطأ؟
    wrong | Not true | Falsch | No es cierto | C’est faux | غير صحيح
    off-topic | Not what I asked | Nicht meine Frage | No es lo que pregunté | Pas ma question | ليس ما سألت عنه
    outdated | Out of date | Veraltet | Anticuado | Périmé | قديم
    thanks | Thank you. | Danke. | Gracias. | Merci. | شكراً.
    copy | Copy | Kopieren | Copiar | Copier | نسخ
    copied | Copied | Kopiert | Copiado | Copié | تم النسخ
    again | Try again | Noch einmal | Reintentar | Réessayer | حاول مجدداً
    lost | No connection. Your question is kept. | Keine Verbindung. Ihre Frage bleibt erhalten. | Sin conexión. Su pregunta se conserva. | Pas de connexion. Votre question est gardée. | لا اتصال. سؤالك محفوظ.
    busy | Too many questions. Ask again in {} s. | Zu viele Fragen. Fragen Sie in {} s wieder. | Demasiadas preguntas. Pregunte de nuevo en {} s. | Trop de questions. Réessayez dans {} s. | أسئلة كثيرة. اسأل مجدداً بعد {} ث.
    fault | Something went wrong here. | Hier ging etwas schief. | Algo ha fallado aquí. | Une erreur s’est produite ici. | حدث خطأ هنا.
  `.trim().split("\n").map((row) => row.split("|").map((cell) => cell.trim()));

  // Colours come from the page's canvas; sizes from the size of text the visitor has chosen.
  ArticleChat.css = `
:host { display: contents !important }
:host([position=inline]) { display: block !important }
:host([hidden]), [hidden], dialog:not([open]) { display: none !important }

[part=launcher], [part=panel] {
  --_text: var(--article-chat-text, CanvasText);
  --_background: var(--article-chat-background, Canvas);
  --_accent: var(--article-chat-accent, color-mix(in srgb, #1c8577 65%, CanvasText));
  --_on-accent: var(--article-chat-on-accent, Canvas);
  --_mark: var(--article-chat-mark, color-mix(in srgb, #ffcb2e 45%, Canvas));
  --_quiet: color-mix(in srgb, var(--_text) 68%, var(--_background));
  --_line: color-mix(in srgb, var(--_text) 15%, var(--_background));
  --_soft: color-mix(in srgb, var(--_accent) 10%, var(--_background));
  --_inset: var(--article-chat-inset, 20px);
  all: initial;
  color-scheme: inherit;
  box-sizing: border-box;
  position: fixed;
  bottom: var(--_inset);
  inset-inline-end: var(--_inset);
  z-index: 2147483647;
  border: 1px solid var(--_line);
  background: var(--_background);
  color: var(--_text);
  font: medium/1.5 var(--article-chat-font, system-ui, sans-serif);
  -webkit-text-size-adjust: 100%;
}
:host([position=start]) :is([part=launcher], [part=panel]) { inset-inline: var(--_inset) auto }

[part=launcher] {
  display: flex;
  align-items: center;
  gap: .5em;
  padding: .75em 1.25em .75em 1em;
  border-color: transparent;
  border-radius: 2em;
  background: var(--_accent);
  color: var(--_on-accent);
  font-weight: 600;
  line-height: 1.25;
  cursor: pointer;
  box-shadow: 0 2px 12px #0004;
}

[part=panel] {
  display: flex;
  flex-direction: column;
  width: min(var(--article-chat-width, 26em), 100vw - 2 * var(--_inset));
  height: min(var(--article-chat-height, 42em), 100dvh - 2 * var(--_inset));
  overflow: hidden;
  border-radius: var(--article-chat-radius, 16px);
  box-shadow: 0 8px 40px #0003;
}
[part=panel]:modal {
  overscroll-behavior: contain;
  inset: var(--_top, 0) 0 auto;
  width: 100%;
  height: var(--_height, 100dvh);
  border: 0;
  border-radius: 0;
}
section[part=panel] {
  position: static;
  width: auto;
  height: auto;
  max-height: var(--article-chat-height, 42em);
  box-shadow: none;
}

:where([part=panel] *) {
  box-sizing: border-box;
  margin: 0;
  padding: 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  list-style: none;
  overflow-wrap: anywhere;
}
svg {
  flex: none;
  width: 1.25em;
  height: 1.25em;
  fill: none;
  stroke: currentColor;
  stroke-width: 2;
  stroke-linecap: round;
  stroke-linejoin: round;
}
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }

[part=header] { display: flex; align-items: center; justify-content: end }
dialog [part=header] { padding-block: .5em; padding-inline: 1.25em .5em; border-bottom: 1px solid var(--_line) }
h2, ::slotted([slot=header]) { flex: 1; font-weight: 600 }
button { min-width: 24px; min-height: max(24px, 1.75em); cursor: pointer; text-align: start; border-radius: 1.25em }
button:hover { background: var(--_soft) }
.icon { display: grid; place-items: center; flex: none; width: 2.5em; height: 2.5em; color: var(--_quiet) }

[part=conversation] { flex: 1; padding: 1.25em; overflow-y: auto; overscroll-behavior: contain; outline-offset: -2px }
[part=turn] { margin-top: 1.5em; scroll-margin: 1em }
[part=question] {
  width: fit-content;
  max-width: 85%;
  margin-bottom: 1em;
  margin-inline-start: auto;
  padding: .5em 1em;
  border-radius: 1.25em;
  background: var(--_soft);
  white-space: pre-line;
}
.note, h4 { margin-bottom: .75em; color: var(--_quiet); font-size: .875em }
.note button, [part=actions] button { text-decoration: underline; text-underline-offset: .2em }
[part=answer] { border: 1px solid var(--_line); border-radius: 12px }
[part=quote] { padding: 1em; font: 1.125em/1.5 var(--article-chat-quote-font, Georgia, serif); white-space: pre-line }
figcaption { padding: .5em 1.125em; border-top: 1px solid var(--_line) }
a { display: inline-block; min-width: 24px; min-height: 24px; margin-inline-end: .5em; color: var(--_accent); font-weight: 600; text-underline-offset: .2em }
[part=actions] { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1em; padding: 0 1.28em .5em; color: var(--_quiet); font-size: .875em }
[part=actions] button:last-child { margin-inline-start: auto }

[part=question], [part=quote], [part=message], [part=suggestion], li li p, textarea, a, span { unicode-bidi: plaintext }

[part=reading] { margin-top: 1em; font-size: .9375em }
[part=reading] > ul > li { padding-block: .75em; border-top: 1px solid var(--_line) }
[part=reading] > ul > li > p { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden }

[part=suggestions] { scroll-margin: 6em; display: grid; justify-items: start; gap: .5em; margin-top: 1.5em }
[part=suggestions] p { margin: 0 }
[part=suggestion], p + button { padding: .4em 1em; border: 1px solid var(--_line); color: var(--_accent) }
[part=problem] { margin-bottom: .75em; padding-inline-start: 1em; border-inline-start: 3px solid #c33 }
.wait { color: var(--_quiet) }

[part=composer] {
  display: flex;
  align-items: end;
  margin: .75em .75em max(.75em, env(safe-area-inset-bottom));
  padding: .25em;
  border: 1px solid var(--_quiet);
  border-radius: 1.6em;
}
[part=composer]:focus-within { border-color: var(--_accent); box-shadow: 0 0 0 1px var(--_accent) }
textarea {
  flex: 1;
  min-width: 0;
  max-height: 8em;
  padding: .5em 1em;
  font-size: max(16px, 1em);
  resize: none;
  field-sizing: content;
}
textarea:focus-visible { outline: 0 }
textarea::placeholder { color: var(--_quiet); opacity: 1 }
[part=send], [part=send]:hover { background: var(--_accent); color: var(--_on-accent) }

@media (max-width: 30em) {
  [part=launcher] { padding: 1em }
  [part=launcher] span { position: absolute; clip-path: inset(50%) }
}
@media (prefers-reduced-motion: no-preference) {
  dialog[part=panel] { animation: rise .2s }
  .wait { animation: wait 1.6s infinite }
}
@keyframes rise { from { opacity: 0; translate: 0 8px } }
@keyframes wait { 50% { opacity: .6 } }
@media print { :host { display: none !important } }
@media (forced-colors: active) {
  [part=question], [part=launcher], [part=send] { border: 1px solid; color: ButtonText }
  [part=composer]:focus-within { outline: 2px solid Highlight }
}
`;

  return ArticleChat;
})();

ArticleChat.define();
ArticleChat.launch(document.currentScript);
