package nbdj.script;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import nbdj.api.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles a script in memory, for the Java that runs it.
 *
 * <p>A compact source file, one that declares methods but no class, is compiled with {@code
 * nbdj.api} imported and with the {@code main} that the language demands of it. Both are put where
 * no line gets another number. Used by one thread, once.
 */
final class ScriptCompiler {
  private static final Logger log = LoggerFactory.getLogger(ScriptCompiler.class);

  private static final String IMPORT = "import nbdj.api.*; ";
  private static final String MAIN = "\nvoid main() {}";

  private final JavaCompiler compiler;
  private final Source source;
  private final ClassPath classPath;

  ScriptCompiler(JavaCompiler compiler, Source source, ClassPath classPath) {
    this.compiler = compiler;
    this.source = source;
    this.classPath = classPath;
  }

  /**
   * Compile.
   *
   * @throws ConfigException with the compiler's messages if the script has errors
   */
  CompiledScript compile() throws IOException {
    try (CompilerFiles files =
        new CompilerFiles(
            compiler.getStandardFileManager(null, Locale.ENGLISH, null),
            SharedClasses.places(),
            classPath.paths())) {
      CompilerMessages messages = new CompilerMessages(source, 0);
      JavacTask task = task(files, messages, source.text());
      CompilationUnitTree unit = task.parse().iterator().next();
      messages.throwErrors();
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      List<ClassTree> types = types(unit);
      boolean compact = types.size() == 1 && isImplied(types.getFirst(), unit, positions);
      if (compact) {
        messages = new CompilerMessages(source, IMPORT.length());
        String end = methods(types.getFirst()).containsKey("main") ? "" : MAIN;
        task = task(files, messages, IMPORT + source.text() + end);
      }
      task.generate();
      messages.throwErrors();
      messages
          .warnings()
          .forEach(warning -> warning.lines().forEach(line -> log.debug("{}", line)));
      return new CompiledScript(
          source,
          files.classes(),
          types.stream().map(type -> binaryName(unit, type)).toList(),
          compact,
          compact ? methodLines(types.getFirst(), unit, positions) : Map.of());
    }
  }

  private JavacTask task(CompilerFiles files, CompilerMessages messages, String text) {
    // Nobody sees the warnings of a quiet server, so they are not looked for.
    List<String> options =
        List.of(
            "-proc:none", "-implicit:none", log.isDebugEnabled() ? "-Xlint:all" : "-Xlint:none");
    // Beside its messages the compiler prints only a trace of its own failure, which it throws too.
    return (JavacTask)
        compiler.getTask(Writer.nullWriter(), files, messages, options, null, List.of(unit(text)));
  }

  private JavaFileObject unit(String text) {
    URI uri = URI.create("memory:///" + source.className() + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }

      @Override
      public boolean isNameCompatible(String simpleName, JavaFileObject.Kind kind) {
        // A script may be called as it likes, whatever its public class is called.
        return true;
      }
    };
  }

  private static List<ClassTree> types(CompilationUnitTree unit) {
    return unit.getTypeDecls().stream()
        .filter(ClassTree.class::isInstance)
        .map(ClassTree.class::cast)
        .toList();
  }

  /** Tell a class that is only implied: it begins where its first member does. */
  private static boolean isImplied(
      ClassTree type, CompilationUnitTree unit, SourcePositions positions) {
    long start = positions.getStartPosition(unit, type);
    return type.getMembers().stream()
        .anyMatch(member -> positions.getStartPosition(unit, member) == start);
  }

  private static Map<String, MethodTree> methods(ClassTree type) {
    Map<String, MethodTree> methods = new LinkedHashMap<>();
    for (Tree member : type.getMembers()) {
      if (member instanceof MethodTree method) {
        methods.putIfAbsent(method.getName().toString(), method);
      }
    }
    return methods;
  }

  private static Map<String, Long> methodLines(
      ClassTree type, CompilationUnitTree unit, SourcePositions positions) {
    Map<String, Long> lines = new LinkedHashMap<>();
    methods(type)
        .forEach((name, method) -> {
          long start = positions.getStartPosition(unit, method);
          lines.put(name, unit.getLineMap().getLineNumber(start));
        });
    return lines;
  }

  private static String binaryName(CompilationUnitTree unit, ClassTree type) {
    Tree inPackage = unit.getPackageName();
    return (inPackage == null ? "" : inPackage + ".") + type.getSimpleName();
  }
}
