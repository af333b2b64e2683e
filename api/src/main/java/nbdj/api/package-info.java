/**
 * The service provider interface of nbdj: what a plugin or filter implements, and what it may rely
 * on.
 *
 * <p>A {@link nbdj.api.Plugin} is a source of bytes. A {@link nbdj.api.Filter} is a layer over a
 * plugin or over another filter; it sees the layer below as a {@link nbdj.api.Next} and holds it
 * for one connection through a {@link nbdj.api.Context}. The server finds both by {@link
 * java.util.ServiceLoader}, composes them into a chain and serves the chain over NBD, the Network
 * Block Device protocol.
 *
 * <p>Every rule of this interface has a number such as {@code L-3}, stands once in the javadoc of
 * the type it belongs to, and is cited by the compatibility tests. Numbers are never reused, that
 * of a rule which was taken back included. A rule that says <i>should</i> is a recommendation: who
 * does not follow it is warned. Every other must be kept.
 *
 * <table>
 * <caption>Where the rules stand</caption>
 * <tr><th>Rules</th><th>Subject</th><th>Type</th></tr>
 * <tr><td>L</td><td>lifecycle</td><td>{@link nbdj.api.Plugin}</td></tr>
 * <tr><td>P</td><td>parameters</td><td>{@link nbdj.api.Parameter}</td></tr>
 * <tr><td>N</td><td>export names</td><td>{@link nbdj.api.Export}</td></tr>
 * <tr><td>C</td><td>size and capabilities</td><td>{@link nbdj.api.PluginHandle}</td></tr>
 * <tr><td>R</td><td>reading</td><td>{@link nbdj.api.ReadSink}</td></tr>
 * <tr><td>W</td><td>writing, zeroing and trimming</td><td>{@link nbdj.api.Flag}</td></tr>
 * <tr><td>S</td><td>the sources of long writes</td><td>{@link nbdj.api.WriteSource}</td></tr>
 * <tr><td>E</td><td>extents</td><td>{@link nbdj.api.ExtentSink}</td></tr>
 * <tr><td>M</td><td>metadata contexts</td><td>{@link nbdj.api.MetaSink}</td></tr>
 * <tr><td>F</td><td>filters</td><td>{@link nbdj.api.FilterHandle}</td></tr>
 * <tr><td>T</td><td>threads</td><td>{@link nbdj.api.ThreadModel}</td></tr>
 * <tr><td>O</td><td>ownership</td><td>{@link nbdj.api.Context}</td></tr>
 * <tr><td>X</td><td>errors</td><td>{@link nbdj.api.NbdException}</td></tr>
 * </table>
 *
 * <p>Nothing in this package accepts or returns {@code null} unless it is marked {@link
 * org.jspecify.annotations.Nullable}.
 */
@NullMarked
package nbdj.api;

import org.jspecify.annotations.NullMarked;
