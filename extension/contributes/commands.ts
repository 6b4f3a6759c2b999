import { type CommandSpec, commandTable } from '../commands/table.ts';

const table: readonly (readonly [string, CommandSpec])[] = Object.entries(commandTable);

/** `contributes.commands`. */
export const commands = table.map(([command, { title, icon, enablement }]) => ({
  command,
  title,
  category: 'Blockstep',
  ...(icon === undefined ? {} : { icon: iconOf(icon) }),
  ...(enablement === undefined ? {} : { enablement }),
}));

/** `contributes.menus`: the buttons of the table, and no palette entry for commands that need arguments. */
export const menus: Readonly<Record<string, readonly object[]>> = {
  commandPalette: table
    .filter(([, { hidden }]) => hidden)
    .map(([command]) => ({ command, when: 'false' })),
  ...byMenu(),
};

function iconOf(icon: string): string | object {
  if (!icon.startsWith('media/')) return `$(${icon})`;
  return { light: `./${icon}-light.svg`, dark: `./${icon}-dark.svg` };
}

function byMenu(): Record<string, object[]> {
  const result: Record<string, object[]> = {};
  for (const [command, { menus = [] }] of table) {
    for (const { menu, ...entry } of menus) {
      result[menu] ??= [];
      result[menu].push({ command, ...entry });
    }
  }
  return result;
}
