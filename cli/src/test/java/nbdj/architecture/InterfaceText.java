package nbdj.api;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the public interface of types as text: a line for each type and member. */
final class ApiText {
  private ApiText() {}

  static String of(Collection<Class<?>> types) throws IllegalAccessException {
    StringBuilder text = new StringBuilder();
    for (Class<?> type : types) {
      text.append(header(type)).append('\n');
      for (String member : members(type)) {
        text.append("  ").append(member).append('\n');
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String header(Class<?> type) {
    String kind =
        type.isAnnotation()
            ? "@interface"
            : type.isInterface()
                ? "interface"
                : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    int shown = Modifier.FINAL | (type.isInterface() ? 0 : Modifier.ABSTRACT);
    String above =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass()),
                Arrays.stream(type.getGenericInterfaces()))
            .map(Type::getTypeName)
            .map(ApiText::shorten)
            .collect(Collectors.joining(", "));
    return words(
        annotations(type),
        Modifier.toString(type.getModifiers() & shown),
        kind,
        shorten(type.getName()),
        above.isEmpty() ? "" : ": " + above);
  }

  private static String annotations(Class<?> type) {
    return Arrays.stream(type.getAnnotations())
        .map(a -> shorten(a.toString()))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static List<String> members(Class<?> type) throws IllegalAccessException {
    // The order of enum constants has a meaning; that of all else has none.
    Stream<String> constants =
        Arrays.stream(type.getDeclaredFields())
            .filter(Field::isEnumConstant)
            .map(field -> "constant " + field.getName());
    Stream.Builder<String> others = Stream.builder();
    for (Field field : type.getDeclaredFields()) {
      if (isShown(field) && !field.isEnumConstant()) {
        others.add(text(field));
      }
    }
    Stream.of(type.getDeclaredConstructors())
        .filter(ApiText::isShown)
        .forEach(constructor -> others.add(text(constructor)));
    Stream.of(type.getDeclaredMethods())
        .filter(ApiText::isShown)
        .forEach(method -> others.add(text(method)));
    return Stream.concat(constants, others.build().sorted()).toList();
  }

  private static boolean isShown(Member member) {
    return !member.isSynthetic()
        && (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private static String text(Field field) throws IllegalAccessException {
    Class<?> type = field.getType();
    boolean constant = type.isPrimitive() || type == String.class;
    return words(
        modifiers(field),
        shorten(field.getAnnotatedType().toString()),
        field.getName(),
        constant && Modifier.isStatic(field.getModifiers()) ? "= " + field.get(null) : "");
  }

  private static String text(Constructor<?> constructor) {
    return words(modifiers(constructor), "<init>" + parameters(constructor));
  }

  private static String text(Method method) {
    return words(
        method.isDefault() ? "default" : "",
        modifiers(method),
        shorten(method.getAnnotatedReturnType().toString()),
        method.getName() + parameters(method));
  }

  private static String modifiers(Member member) {
    return Modifier.toString(
        member.getModifiers()
            & (Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL));
  }

  private static String parameters(Executable executable) {
    String thrown =
        Arrays.stream(executable.getExceptionTypes())
            .map(Class::getName)
            .sorted()
            .collect(Collectors.joining(", "));
    return Arrays.stream(executable.getAnnotatedParameterTypes())
            .map(AnnotatedType::toString)
            .map(ApiText::shorten)
            .collect(Collectors.joining(", ", "(", ")"))
        + (thrown.isEmpty() ? "" : " throws " + shorten(thrown));
  }

  private static String shorten(String text) {
    return text.replaceAll(
        "(java\\.(lang|util|io|nio|time)|nbdj\\.api|org\\.jspecify)\\.((annotation|annotations|channels|file)\\.)?(?=[A-Z])",
        "");
  }

  private static String words(String... words) {
    return Stream.of(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
  }
}
