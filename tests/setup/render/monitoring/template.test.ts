import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { composeFile } from '../../../../src/setup/render/monitoring/containers/compose.ts';
import { kubernetesFiles } from '../../../../src/setup/render/monitoring/kubernetes-files.ts';
import { fillIn } from '../../../../src/setup/render/monitoring/template.ts';
import { settingsFor } from './rendered.ts';

const hostile = `a: "b" #c\n- d\n---\n'\${name}' $HOME \${PATH} *e &f {{g}} |`;

describe('a template', () => {
  test('takes a value as it is, whatever YAML or the template itself would make of its characters', () => {
    const filled = fillIn({ whole: `\${name}`, part: `x \${name} y`, list: [`\${name}`] }, { name: hostile });
    expect(filled).toEqual({ whole: hostile, part: `x ${hostile} y`, list: [hostile] });
  });

  test('keeps the type of a value that stands alone, and writes the items of a list into a list', () => {
    const values = { number: 600, list: ['a', 'b'], none: [] };
    expect(fillIn({ at: `\${number}`, in: `\${number}s` }, values)).toEqual({ at: 600, in: '600s' });
    expect(fillIn(['first', `\${list}`, `\${none}`, 'last'], values)).toEqual(['first', 'a', 'b', 'last']);
  });

  test('refuses a name without a value', () => {
    expect(() => fillIn(`\${toString}`, {})).toThrow(`\${toString}`);
  });
});

test('a hostile name of the service is one text in every manifest', () => {
  const files = kubernetesFiles(settingsFor({ name: hostile }));
  for (const { path: file, text } of files)
    expect.soft(parseAllDocuments(text), file).toMatchObject([{ errors: [] }]);
  const configMap = files.find(({ path: file }) => file === 'kubernetes/statefulset/config-map.yaml');
  const { data } = parse(configMap?.text ?? '');
  expect(JSON.parse(data['vigil.config.json']).name).toBe(hostile);
});

test('hostile addresses and paths neither end a program of compose.yaml nor name a variable', () => {
  const secret = '/etc/secrets/a: "b" #$HOME';
  const text = composeFile(
    settingsFor({
      monitoring: {
        webhook: "http://127.0.0.1:5001/$KEY'+process.exit()+'",
        slack: { apiUrlFile: secret, channel: '#x' },
      },
    }),
  );
  const { services } = parse(text);
  expect(services.receiver.healthcheck.test[3]).toContain(
    "fetch('http://127.0.0.1:5001/$$KEY%27+process.exit()+%27')",
  );
  expect(services.alertmanager.volumes).toContain(`${secret}:${secret}:ro`.replaceAll('$', '$$$$'));
  expect(text.replaceAll('$$', '')).not.toContain('$');
});
