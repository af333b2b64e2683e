/** The code of the guide, which sees of the engine what everybody sees. */
@org.jspecify.annotations.NullMarked
package nbdj.ext4.guide;
