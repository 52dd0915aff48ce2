/**
 * How the tokens of services begin. Not the rules of secretlint themselves: they are made for a repository that is
 * looked through once (24 passes, 40 µs for one label), and a token of another length is none to them. Every label of a
 * scrape comes by here, and too much hidden is better than too little: only the beginning and the alphabet count, in
 * one pass. tests/core/text/token-shapes.test.ts holds secretlint's patterns against these.
 */
const beginnings = [
  // Clouds
  '(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)(?=[A-Z0-9]{12})',
  'AIza',
  'ya29\\.',
  'GOCSPX-',
  'do[opr]_v1_',
  'LTAI(?=[A-Za-z0-9]{12})',
  'dapi(?=[a-f0-9]{32})',
  'dt0c01\\.',
  'pscale_(?:tkn|oauth|pw)_',
  'v(?:cp|ci|ca|cr|ck)_(?=[A-Za-z0-9]{20})',
  'nfp_',
  'fo1_',
  'FlyV1 fm\\d_',
  'pul-(?=[a-f0-9]{32})',
  'cf(?:k|ut|at)_(?=[A-Za-z0-9]{40})',
  'tskey-[a-z]{2,20}-',
  'sha256~',
  // Code and packages
  'gh[opsru]_',
  'github_pat_',
  'gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct)-',
  'ATATT3|ATCTT3|ATBB',
  'npm_',
  'pypi-AgE',
  'rubygems_',
  'dckr_(?:pat|oat)_',
  'AKCp',
  'sq[pua]_(?=[a-f0-9]{40})',
  'CLOJARS_',
  'lin_api_',
  'ntn_',
  'secret_(?=[A-Za-z0-9]{43})',
  'figd_',
  'PMAK-',
  // Messages and mail
  'xapp-',
  'xwfp-',
  'SG\\.',
  'SK(?=[a-f0-9]{32})',
  'key-(?=[a-f0-9]{32})',
  '\\d{8,10}:AA(?=[\\w-]{32})',
  // Money
  '(?:sk|rk|pk)_(?:live|test|prod)_',
  'whsec_',
  'shp(?:at|ca|pa|pca|ppa|ss|tka)_',
  'sq0(?:atp|csp|idp)-',
  'EAAA(?=[\\w-]{56})',
  'EZ[AT]K(?=[A-Za-z0-9]{50})',
  // Models
  'sk-',
  'gsk_',
  'hf_(?=[A-Za-z]{30})',
  'pplx-',
  'xai-',
  'r8_(?=[A-Za-z0-9]{30})',
  // What watches, and what keeps secrets
  'gl(?:c|sa)_',
  'NR(?:AK|JS|II|RA)-',
  'sntry[su]_',
  'hc[abcf]ik_',
  'hv[sbr]\\.',
  '[a-z0-9]{14}\\.atlasv1\\.',
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.',
  'ops_eyJ',
  'A3-(?=[A-Z0-9]{6}-)',
  'AGE-SECRET-KEY-1',
];

/** A beginning that stands for itself, and all that a token may be made of after it; Slack's parts may be short. */
export const tokenShapes = new RegExp(
  `(?<![A-Za-z0-9])(?:(?:${beginnings.join('|')})[\\w-]{12,}|xox[a-z]-[\\w-]{6,})(?:[.+/=~]+[\\w-]+)*[+/=]*`,
  'g',
);
