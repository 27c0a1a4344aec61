// A picture in the browser: its nodes are made from HTML text once, the base, and then only changed.
//
// A change is [number of a node, {attribute: value}], counted as the nodes stand in the text; "" are the words of a text,
// null takes an attribute away. Each list of changes starts from the base. `ahead` holds pictures that Python sent
// before they were asked for, by the value of a control.

const read = (node, name) => (name ? node.getAttribute(name) : node.data);

function put(node, name, value) {
  if (read(node, name) === value) return;
  if (!name) node.data = value;
  else if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

function pictureIn(stage, model) {
  let base = null;
  let nodes = [];
  let changed = new Map(); // "number attribute" → [node, attribute, value in the base]
  let ahead = { take: null, shots: {} }; // by value: [the picture or the changes, the edition of their base]
  const made = new Map(); // the last pictures, which need not be made again: text → [elements, nodes, changed]
  const now = () => String(Number(Number(model.get("at")).toFixed(6))); // a slider has 0.7999999999999998 for 0.8

  function build(picture) {
    if (base !== null) made.set(base, [[...stage.childNodes], nodes, changed]);
    base = picture;
    const known = made.get(picture);
    made.delete(picture);
    for (const oldest of [...made.keys()].slice(0, -6)) made.delete(oldest);
    if (known) {
      let elements;
      [elements, nodes, changed] = known;
      stage.replaceChildren(...elements);
      return;
    }
    stage.innerHTML = picture;
    changed = new Map();
    nodes = [];
    const walk = document.createTreeWalker(stage, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) nodes.push(walk.currentNode);
    if (picture === model.get("base") && nodes.length !== model.get("n_nodes")) {
      model.set("whole", true); // the browser has put in nodes of its own: no numbers, please
      model.save_changes();
    }
  }

  function change(changes) {
    const before = changed;
    changed = new Map();
    for (const [number, values] of changes) {
      for (const [name, value] of Object.entries(values)) {
        const key = `${number} ${name}`;
        changed.set(key, before.get(key) ?? [nodes[number], name, read(nodes[number], name)]);
        before.delete(key);
        put(nodes[number], name, value);
      }
    }
    for (const was of before.values()) put(...was);
  }

  // Python's picture if it is for the value that the control has now, else what was sent ahead for this value.
  // Says "built" or "changed"; nothing if there is no picture for this value yet and the old one should stay.
  function show({ asked }) {
    const [found, edition] = ahead.take === model.get("take") ? (ahead.shots[now()] ?? []) : [];
    const holds = now() !== model.get("drawn_for") && (typeof found === "string" || edition === model.get("edition"));
    const shot = holds ? found : undefined;
    if (asked && shot === undefined && now() !== model.get("drawn_for")) return "";
    const picture = typeof shot === "string" ? shot : model.get("base");
    const built = picture !== base;
    if (built) build(picture);
    if (typeof shot === "string" || model.get("whole")) change([]);
    else change(shot ?? model.get("changes"));
    return built ? "built" : "changed";
  }

  function keep(message) {
    if (message.take !== ahead.take) ahead = { take: message.take, shots: {} };
    ahead.shots[message.value] = [message.shot, message.edition];
  }

  return { show, keep };
}
