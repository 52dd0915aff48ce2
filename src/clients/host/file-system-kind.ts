/** File systems that hold nothing, hold memory, are images that are always full, or belong to another host. */
const pseudo =
  /^(tmpfs|devtmpfs|ramfs|rootfs|overlay|aufs|squashfs|erofs|iso9660|udf|cramfs|autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|efivarfs|fusectl|hugetlbfs|mqueue|nsfs|proc|pstore|rpc_pipefs|securityfs|selinuxfs|sysfs|tracefs|nfs4?|cifs|smb3?|9p|fuse\..*)$/;

/** Whether a file system of this type is no disk of the host, so that how full it is says nothing. */
export function isPseudoFileSystem(type: string): boolean {
  return pseudo.test(type);
}
