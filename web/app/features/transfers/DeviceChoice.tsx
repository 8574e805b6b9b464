import { NativeSelect } from '@mantine/core';
import type { Device } from '../../api/devices.ts';

interface DeviceChoiceProps {
  readonly label: string;
  readonly devices: readonly Device[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

export function DeviceChoice({ label, devices, value, onChange }: DeviceChoiceProps) {
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={devices.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}
