import { formatDuration } from '../../../core/index.ts';
import type { MonitoringSettings } from './settings.ts';
import { madeBy } from './yaml-file.ts';

/** How long a watch lasts. */
const watchMs = 48 * 3_600_000;

/** vigil.service: the 48-hour watch on a host with systemd. */
export function systemdUnit({ name, cycle }: MonitoringSettings): string {
  return `# ${madeBy}
# Vigil itself in /opt/vigil, its configuration in /etc/vigil/vigil.config.json, secrets in /etc/vigil/environment.
[Unit]
Description=Vigil: watches ${name} for ${formatDuration(watchMs)} after a deployment
Documentation=file:///opt/vigil/README.md
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
WorkingDirectory=/opt/vigil
EnvironmentFile=-/etc/vigil/environment
ExecStart=/usr/bin/node bin/vigil.js monitor --loop --interval ${formatDuration(cycle.intervalMs)} --duration ${formatDuration(watchMs)} --config /etc/vigil/vigil.config.json --reports /var/lib/vigil
# A verdict (0 pass, 1 fail, 2 inconclusive) and a wrong configuration (64) end the watch; anything else was an accident.
Restart=always
RestartSec=5
RestartPreventExitStatus=0 1 2 64
# The suite runs as a child; all of it ends with the watch.
KillMode=mixed
TimeoutStopSec=${formatDuration(cycle.timeoutMs)}
DynamicUser=yes
StateDirectory=vigil
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
CapabilityBoundingSet=
UMask=0077
MemoryMax=1G
TasksMax=256

[Install]
WantedBy=multi-user.target
`;
}
