package nbdj.ext4;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * One way to make a filesystem.
 *
 * @param name says what is special about it
 * @param size of the image, as mke2fs takes it
 * @param options for mke2fs, apart by spaces
 */
record Shape(String name, String size, String options) {

  static List<Shape> all() {
    return List.of(
        new Shape("ext2 1k", "64M", "-t ext2 -b 1024"),
        new Shape("ext2 4k", "64M", "-t ext2 -b 4096"),
        new Shape("ext2 2k, 128-byte inodes", "64M", "-t ext2 -b 2048 -I 128"),
        new Shape("ext2 revision 0", "64M", "-t ext2 -r 0 -b 1024"),
        new Shape("ext2 revision 0, 4k", "64M", "-t ext2 -r 0 -b 4096"),
        new Shape(
            "ext2 no filetype, no sparse_super",
            "64M",
            "-t ext2 -b 1024 -O ^filetype,^sparse_super,^resize_inode"),
        new Shape(
            "ext2 no dir_index, no resize_inode",
            "64M",
            "-t ext2 -b 1024 -O ^dir_index,^resize_inode"),
        new Shape("ext2 8k", "64M", "-t ext2 -b 8192"),
        new Shape("ext2 64k", "256M", "-t ext2 -b 65536"),
        new Shape("ext3 1k", "64M", "-t ext3 -b 1024"),
        new Shape("ext3 4k, many groups", "64M", "-t ext3 -b 4096 -g 1024"),
        new Shape("ext4 1k", "64M", "-t ext4 -b 1024"),
        new Shape("ext4 2k", "64M", "-t ext4 -b 2048"),
        new Shape("ext4 4k", "64M", "-t ext4 -b 4096"),
        new Shape("ext4 8k", "128M", "-t ext4 -b 8192"),
        new Shape("ext4 16k", "128M", "-t ext4 -b 16384 -O ^has_journal"),
        new Shape("ext4 32k", "256M", "-t ext4 -b 32768 -O ^has_journal"),
        new Shape("ext4 64k", "512M", "-t ext4 -b 65536 -O ^has_journal"),
        new Shape("ext4 no checksums", "64M", "-t ext4 -b 1024 -O ^metadata_csum"),
        new Shape("ext4 uninit_bg", "64M", "-t ext4 -b 1024 -O ^metadata_csum,uninit_bg"),
        new Shape(
            "ext4 uninit_bg, 32 bit", "64M", "-t ext4 -b 4096 -O ^metadata_csum,uninit_bg,^64bit"),
        new Shape("ext4 32 bit", "64M", "-t ext4 -b 1024 -O ^64bit"),
        new Shape(
            "ext4 checksums without 64bit, 128-byte inodes",
            "64M",
            "-t ext4 -b 1024 -O ^64bit -I 128"),
        new Shape("ext4 checksums without extents", "64M", "-t ext4 -b 1024 -O ^extents,^64bit"),
        new Shape("ext4 512-byte inodes", "64M", "-t ext4 -b 1024 -I 512"),
        new Shape("ext4 1024-byte inodes", "64M", "-t ext4 -b 4096 -I 1024"),
        new Shape("ext4 no flex_bg", "64M", "-t ext4 -b 1024 -O ^flex_bg"),
        new Shape("ext4 meta_bg", "64M", "-t ext4 -b 1024 -O meta_bg,^resize_inode"),
        new Shape(
            "ext4 meta_bg, no flex_bg, many groups",
            "64M",
            "-t ext4 -b 1024 -g 256 -O meta_bg,^resize_inode,^flex_bg,^has_journal"),
        new Shape("ext4 sparse_super2", "64M", "-t ext4 -b 1024 -O sparse_super2,^resize_inode"),
        new Shape(
            "ext4 csum_seed, large_dir", "64M", "-t ext4 -b 1024 -O metadata_csum_seed,large_dir"),
        new Shape("ext4 inline_data 256", "64M", "-t ext4 -b 1024 -O inline_data"),
        new Shape(
            "ext4 inline_data 512, no checksums",
            "64M",
            "-t ext4 -b 4096 -I 512 -O inline_data,^metadata_csum"),
        new Shape("ext4 inline_data 64k", "512M", "-t ext4 -b 65536 -O inline_data,^has_journal"),
        new Shape("ext4 bigalloc 1k of 8k", "64M", "-t ext4 -b 1024 -O bigalloc -C 8192 -N 2000"),
        new Shape(
            "ext4 bigalloc 4k of 16k", "128M", "-t ext4 -b 4096 -O bigalloc -C 16384 -N 2000"),
        new Shape(
            "ext4 bigalloc 4k of 64k, no checksums",
            "256M",
            "-t ext4 -b 4096 -O bigalloc,^metadata_csum -C 65536 -N 2000"),
        new Shape("ext4 orphan_file", "64M", "-t ext4 -b 4096 -O orphan_file"),
        new Shape("ext4 quota, project", "64M", "-t ext4 -b 4096 -O quota,project"),
        new Shape(
            "ext4 casefold, encrypt, verity",
            "64M",
            "-t ext4 -b 4096 -O casefold,encrypt,verity,stable_inodes"),
        new Shape("ext4 ea_inode, fast_commit", "64M", "-t ext4 -b 4096 -O ea_inode,fast_commit"),
        new Shape("ext2 256-byte inodes", "64M", "-t ext2 -b 1024 -I 256"),
        new Shape(
            "ext2 no large_file, many groups", "64M", "-t ext2 -b 1024 -g 1024 -O ^large_file"),
        new Shape("ext2 meta_bg", "64M", "-t ext2 -b 1024 -O meta_bg,^resize_inode"),
        new Shape("ext3 2k, no dir_index", "64M", "-t ext3 -b 2048 -I 128 -O ^dir_index"),
        new Shape("ext3 uninit_bg", "64M", "-t ext3 -b 1024 -O uninit_bg"),
        new Shape("ext4 no journal", "64M", "-t ext4 -b 4096 -O ^has_journal"),
        new Shape(
            "ext4 no journal, no checksums",
            "64M",
            "-t ext4 -b 1024 -O ^has_journal,^metadata_csum"),
        new Shape("ext4 1 group a flex_bg", "64M", "-t ext4 -b 1024 -G 1"),
        new Shape("ext4 4 groups a flex_bg, small groups", "64M", "-t ext4 -b 1024 -G 4 -g 512"),
        new Shape("ext4 packed metadata", "64M", "-t ext4 -b 1024 -E packed_meta_blocks=1"),
        new Shape(
            "ext4 lazy inode tables",
            "64M",
            "-t ext4 -b 1024 -E lazy_itable_init=1,lazy_journal_init=1"),
        new Shape("ext4 room to grow", "64M", "-t ext4 -b 1024 -E resize=4194304"),
        new Shape("ext4 no sparse_super", "64M", "-t ext4 -b 1024 -O ^sparse_super,^resize_inode"),
        new Shape(
            "ext4 sparse_super2, one copy",
            "64M",
            "-t ext4 -b 1024 -O sparse_super2,^resize_inode -E num_backup_sb=1"),
        new Shape(
            "ext4 sparse_super2, no copy",
            "64M",
            "-t ext4 -b 4096 -O sparse_super2,^resize_inode -E num_backup_sb=0"),
        new Shape(
            "ext4 without what came late",
            "64M",
            "-t ext4 -b 1024 -I 128 -O ^dir_nlink,^extra_isize,^huge_file,^metadata_csum"),
        new Shape("ext4 multi-mount protection", "64M", "-t ext4 -b 1024 -O mmp"),
        new Shape("ext4 quota, no checksums", "64M", "-t ext4 -b 1024 -O quota,^metadata_csum"),
        new Shape("ext4 half of it reserved", "64M", "-t ext4 -b 1024 -m 50"),
        new Shape(
            "ext4 bigalloc 2k of 32k, no journal",
            "128M",
            "-t ext4 -b 2048 -O bigalloc,^has_journal -C 32768 -N 2000"),
        new Shape(
            "ext4 bigalloc, inline_data",
            "128M",
            "-t ext4 -b 4096 -O bigalloc,inline_data -C 16384 -N 2000"),
        new Shape(
            "ext4 of nearly everything",
            "128M",
            "-t ext4 -b 1024 -I 512 -O inline_data,quota,project,orphan_file,large_dir,ea_inode,metadata_csum_seed,casefold,verity,encrypt,stable_inodes,fast_commit"));
  }

  boolean inline() {
    return options.contains("inline_data");
  }

  boolean quota() {
    return options.contains("quota");
  }

  boolean revision0() {
    return options.contains("-r 0");
  }

  boolean extents() {
    return options.contains("ext4") && !options.contains("^extents");
  }

  /**
   * Make an image of this shape with a tree in it; the calling test is skipped where mke2fs cannot.
   */
  void make(Path image, Path tree) {
    List<String> command = new ArrayList<>(List.of("mke2fs", "-q", "-F", "-d", tree.toString()));
    command.addAll(Arrays.asList(options.split(" ")));
    command.addAll(List.of(image.toString(), size));
    Tools.Result result = Tools.run(command);
    boolean unknown =
        result.output().contains("Invalid filesystem option")
            || result.output().contains("invalid option");
    Assumptions.assumeFalse(unknown, () -> "this mke2fs cannot make it: " + result.output());
    Assertions.assertEquals(
        0, result.exit(), () -> String.join(" ", command) + "\n" + result.output());
  }

  @Override
  public String toString() {
    return name;
  }
}
