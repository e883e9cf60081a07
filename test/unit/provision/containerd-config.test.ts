// The configuration of containerd: what a cluster file adds lands in the table it belongs to, each table opened once.
import { describe, expect, it } from 'vitest';
import { containerdConfig } from '../../../src/provision/phases/containerd-config.ts';

const headers = (toml: string): readonly string[] => toml.split('\n').flatMap((line) => (/^\s*\[/.test(line) ? [line.trim()] : []));

describe('the configuration of containerd', () => {
  it('is whole without a patch', () => {
    const text = containerdConfig('v2', '3.10.1', '');
    expect(text).toContain('version = 2\n');
    expect(text).toContain('sandbox_image = "registry.k8s.io/pause:3.10.1"');
    expect(text.endsWith('SystemdCgroup = true\n')).toBe(true);
  });

  it('takes keys into a table that is there, however its name is quoted', () => {
    const text = containerdConfig('v2', '3.10.1', "[plugins.'io.containerd.grpc.v1.cri']\n  restrict_oom_score_adj = true\n");
    expect(headers(text).filter((header) => header === '[plugins."io.containerd.grpc.v1.cri"]')).toHaveLength(1);
    expect(headers(text)).toHaveLength(headers(containerdConfig('v2', '3.10.1', '')).length);
    expect(text).toMatch(/pause:3\.10\.1"\n {2}restrict_oom_score_adj = true\n\n\[/);
  });

  it('puts a value in place of one that is there', () => {
    const text = containerdConfig('v3', '3.10.1', "[plugins.'io.containerd.cri.v1.images'.pinned_images]\nsandbox = 'own/pause:1'");
    expect(text.match(/^\s*sandbox = .*$/gm)).toEqual(["sandbox = 'own/pause:1'"]);
  });

  it('adds tables that are not there, and keys before all tables', () => {
    const text = containerdConfig('v3', '3.10.1', "oom_score = -999\n\n[plugins.'io.containerd.cri.v1.runtime']\n  restrict_oom_score_adj = true");
    expect(text.indexOf('oom_score = -999')).toBeLessThan(text.indexOf('[plugins'));
    expect(text.endsWith("\n[plugins.'io.containerd.cri.v1.runtime']\n  restrict_oom_score_adj = true\n")).toBe(true);
  });
});
