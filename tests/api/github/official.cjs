// Reads requests (a list of `{query, variables}` of GraphQL and `{path, query}` of REST) and says for each what GitHub's
// official descriptions object to. The first argument names the folder in which they are installed.
const fs = require('fs');
const path = require('path');

const modules = path.join(process.argv[2], 'node_modules');
const { buildClientSchema, getVariableValues, parse, validate } = require(path.join(modules, 'graphql'));
const read = (name) => JSON.parse(fs.readFileSync(path.join(modules, name), 'utf8'));
const told = read('@octokit/graphql-schema/schema.json');
const schema = buildClientSchema(told.data ?? told);
const described = ['api.github.com.json', fs.readdirSync(path.join(modules, '@octokit/openapi/generated'))
  .filter((name) => /^ghes-[0-9.]+\.json$/.test(name)).sort()[0]]
  .map((name) => read(path.join('@octokit/openapi/generated', name)));

function ofGraphql({ query, variables }) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    return [error.message];
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return errors.map((error) => error.message);
  const operation = document.definitions.find((one) => one.kind === 'OperationDefinition');
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  return (values.errors ?? []).map((error) => error.message);
}

// `/repositories/ID/…` is how GitHub's own links write `/repos/OWNER/NAME/…`.
function ofRest({ path: asked, query }) {
  const wanted = asked.replace(/^\/repositories\/[0-9]+/, '/repos/o/n').split('/');
  return described.flatMap((description) => {
    const fits = (template) => {
      const parts = template.split('/');
      return parts.length === wanted.length && parts.every((part, at) => part === wanted[at] || part.startsWith('{'));
    };
    const exact = (template) => template.split('/').filter((part) => !part.startsWith('{')).length;
    const found = Object.keys(description.paths).filter(fits).sort((a, b) => exact(b) - exact(a))[0];
    const get = found && description.paths[found].get;
    if (!get) return [`no path ${asked}`];
    const known = (get.parameters ?? []).map((one) => {
      const parameter = one.$ref ? description.components.parameters[one.$ref.split('/').pop()] : one;
      return parameter.in === 'query' ? parameter.name : undefined;
    });
    return query.filter((name) => !known.includes(name)).map((name) => `${found} has no parameter ${name}`);
  });
}

const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(asked.map((one) => (one.path ? ofRest(one) : ofGraphql(one)))));
