/*
 * The patterns of @secretlint/secretlint-rule-preset-recommend 13.1.0, https://github.com/secretlint/secretlint, without
 * what must stand around a token, without those that tell a name and not a token, and of at least 12 characters.
 *
 * The MIT License. Copyright (c) 2020 azu
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
 * documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
 * rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
 * persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice
 * and this permission notice shall be included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
 * WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
 * COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
 * OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
export const secretlintPatterns: Record<string, RegExp> = {
  'aws, access key': /(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}/,
  npm: /npm_[A-Za-z0-9_]{36}/,
  slack: /(?:xoxb|xoxp|xapp|xoxa|xoxo|xoxr)-(?:\d-)?(?:[a-zA-Z0-9]{4,40}-){3}[a-zA-Z0-9]{4,40}/,
  'slack, webhook':
    /https:\/\/hooks\.slack\.com\/services\/T[a-zA-Z0-9]{1,40}\/B[a-zA-Z0-9]{1,40}\/[a-zA-Z0-9]{1,40}/,
  'openai, project':
    /sk-(?:proj|svcacct|admin)-(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})T3BlbkFJ(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})/,
  openai: /sk-[a-zA-Z0-9]{20}T3BlbkFJ[a-zA-Z0-9]{20}/,
  anthropic: /sk-ant-api0\d-[A-Za-z0-9_-]{90,128}AA/,
  groq: /gsk_[a-zA-Z0-9]{52}/,
  huggingface: /hf_[a-zA-Z]{34}/,
  linear: /lin_api_[a-zA-Z0-9_]{32,128}/,
  notion: /ntn_[0-9]{11}[A-Za-z0-9]{35}/,
  privatekey:
    /-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH) )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{100,2000}\n-----END (?:(?:RSA|DSA|EC|OPENSSH) )?PRIVATE KEY-----/,
  'privatekey, of PGP':
    /-----BEGIN PGP PRIVATE KEY BLOCK-----\n[A-Za-z0-9+/=\n]{100,2000}\n-----END PGP PRIVATE KEY BLOCK-----/,
  sendgrid: /SG\.\w{12,128}\.\w{1,128}[-_]?\w{1,128}/,
  shopify: /(?:shppa|shpca|shpat|shpss)_[a-zA-Z0-9]{32,64}/,
  stripe: /(?:sk_live|sk_test|rk_live|rk_test)_[a-zA-Z0-9]{24,99}/,
  github: /(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9_]{36}/,
  'github, fine-grained': /github_pat_[A-Za-z0-9_]{82}/,
  'github, installation':
    /ghs_[0-9]{12,20}_[A-Za-z0-9_-]{1,1000}\.[A-Za-z0-9_-]{1,1000}\.[A-Za-z0-9_-]{1,1000}/,
  gitlab: /glpat-[A-Za-z0-9_-]{20,128}/,
  'grafana, cloud': /glc_[A-Za-z0-9]{32}[A-Za-z0-9+/]{0,300}={0,2}/,
  'grafana, service account': /glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/,
  '1password': /ops_eyJ[A-Za-z0-9]{20}[A-Za-z0-9+/=]{80,1280}fQ={0,2}/,
  'hashicorp-vault, service': /hvs\.[A-Za-z0-9_-]{90,120}/,
  'hashicorp-vault, batch': /hvb\.[A-Za-z0-9_-]{138,300}/,
  'hashicorp-vault, recovery': /hvr\.[A-Za-z0-9_-]{90,120}/,
  vercel: /(?:vcp|vci|vca|vcr|vck)_[A-Za-z0-9]{20,60}/,
  databricks: /dapi[a-f0-9]{32}(?:-[0-9])?/,
  docker: /dckr_pat_[a-zA-Z0-9_-]{27}/,
  figma: /figd_[A-Za-z0-9_-]{40,200}/,
  cloudflare: /(?:cfk|cfut|cfat)_[A-Za-z0-9]{40}[0-9a-f]{8}/,
  tailscale: /tskey-[a-z]{2,20}-[0-9A-Za-z_]{12,40}-[0-9A-Za-z_]{16,60}/,
};
