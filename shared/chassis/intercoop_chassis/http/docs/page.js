// Lists the operations of openapi.json. Everything is written as text, never as HTML.

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function resolve(spec, node) {
  let found = node;
  while (found?.$ref) {
    found = found.$ref.slice(2).split("/").reduce((part, key) => part[key], spec);
  }
  return found ?? {};
}

function example(spec, schema, depth = 0) {
  const found = resolve(spec, schema);
  if (found.examples?.length) return found.examples[0];
  for (const key of ["example", "const", "default"]) if (key in found) return found[key];
  if (found.enum) return found.enum[0];
  const choice = (found.anyOf ?? found.oneOf ?? found.allOf ?? [])[0];
  if (choice) return example(spec, choice, depth);
  if (depth > 6) return null;
  if (found.type === "array") return [example(spec, found.items, depth + 1)];
  if (found.properties) {
    return Object.fromEntries(
      Object.entries(found.properties).map(([name, of]) => [name, example(spec, of, depth + 1)]),
    );
  }
  return { string: found.format ?? "text", integer: 0, number: 0, boolean: false }[found.type] ?? null;
}

function typeName(spec, schema) {
  const found = resolve(spec, schema);
  const several = found.anyOf ?? found.oneOf;
  if (several) return several.map((one) => typeName(spec, one)).join(" | ");
  if (found.type === "array") return `list of ${typeName(spec, found.items)}`;
  return found.format ?? found.title ?? found.type ?? "any";
}

function table(headings, rows) {
  const made = element("table");
  const head = made.createTHead().insertRow();
  headings.forEach((text) => head.append(element("th", text)));
  const body = made.createTBody();
  rows.forEach((cells) => {
    const row = body.insertRow();
    cells.forEach((text) => row.append(element("td", text)));
  });
  return made;
}

function content(spec, message) {
  const made = document.createDocumentFragment();
  for (const [mediaType, { schema, example: given }] of Object.entries(message.content ?? {})) {
    const shown = given ?? example(spec, schema ?? {});
    made.append(element("h3", mediaType), element("pre", JSON.stringify(shown, null, 2)));
  }
  return made;
}

function operation(spec, path, method, about) {
  const made = element("details");
  const summary = element("summary");
  summary.append(element("span", method.toUpperCase(), "method"), element("code", path));
  summary.append(` ${about.summary ?? ""}`);
  made.append(summary);
  if (about.description) made.append(element("p", about.description));
  if (about.security) made.append(element("p", "Needs a token: Authorization: Bearer …"));
  const parameters = (about.parameters ?? []).map((one) => resolve(spec, one));
  if (parameters.length) {
    made.append(element("h3", "Parameters"), table(
      ["Name", "In", "Type", "Required", "Description"],
      parameters.map((one) => [one.name, one.in, typeName(spec, one.schema),
        one.required ? "yes" : "no", one.description ?? ""]),
    ));
  }
  if (about.requestBody) made.append(element("h3", "Body"), content(spec, about.requestBody));
  const answers = Object.entries(about.responses).map(([status, of]) => [status, resolve(spec, of)]);
  made.append(element("h3", "Answers"), table(
    ["Status", "Meaning"], answers.map(([status, of]) => [status, of.description ?? ""]),
  ));
  answers.filter(([status]) => status < "300").forEach(([, of]) => made.append(content(spec, of)));
  return made;
}

function operations(spec) {
  const groups = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((one) => item[one])) {
      const group = item[method].tags?.[0] ?? "other";
      if (!groups.has(group)) groups.set(group, element("section"));
      groups.get(group).append(operation(spec, path, method, item[method]));
    }
  }
  for (const [name, section] of groups) section.prepend(element("h2", name));
  return [...groups.values()];
}

async function show() {
  const place = document.getElementById("operations");
  try {
    const answer = await fetch("openapi.json");
    const spec = await answer.json();
    document.title = spec.info.title;
    document.getElementById("title").textContent = `${spec.info.title} ${spec.info.version}`;
    place.replaceChildren(...operations(spec));
  } catch (error) {
    place.textContent = `The description cannot be read (${error.message}): reload the page.`;
  }
}

document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  document.querySelectorAll("details").forEach((one) => {
    one.hidden = !one.querySelector("summary").textContent.toLowerCase().includes(wanted);
  });
});

show();
