/** DCMTK as the other side: whether its tools are installed. */
import { programOnPath } from './programs.ts';

/** Path of a DCMTK tool, or undefined (and one clear line) when it is not installed. */
export function dcmtkTool(name: string): string | undefined {
  return programOnPath(name, 'DCMTK');
}
