package nbdj.architecture;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes what others may use of types as text: a line for each type, an indented one for each
 * member.
 */
final class InterfaceText {
  private InterfaceText() {}

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
    int shown = Modifier.FINAL | Modifier.PROTECTED | (type.isInterface() ? 0 : Modifier.ABSTRACT);
    return words(
        annotations(type),
        Modifier.toString(type.getModifiers() & shown),
        type.isSealed() ? "sealed" : "",
        kind,
        shorten(type.getName()) + variables(type) + components(type),
        list(": ", above(type)),
        type.isSealed() ? list("permits ", names(type.getPermittedSubclasses())) : "");
  }

  private static Stream<String> above(Class<?> type) {
    return Stream.concat(
            Stream.ofNullable(type.getGenericSuperclass()),
            Arrays.stream(type.getGenericInterfaces()))
        .map(Type::getTypeName);
  }

  private static String components(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    return components == null
        ? ""
        : Arrays.stream(components)
            .map(c -> shorten(c.getAnnotatedType().toString()) + " " + c.getName())
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String variables(GenericDeclaration generic) {
    return generic.getTypeParameters().length == 0
        ? ""
        : Arrays.stream(generic.getTypeParameters())
            .map(InterfaceText::variable)
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String variable(TypeVariable<?> variable) {
    String bounds =
        Arrays.stream(variable.getAnnotatedBounds())
            .map(bound -> shorten(bound.toString()))
            .filter(bound -> !bound.equals("Object"))
            .collect(Collectors.joining(" & "));
    return bounds.isEmpty() ? variable.getName() : variable.getName() + " extends " + bounds;
  }

  /** Get the annotations that tell a user something; those of a test framework do not. */
  private static String annotations(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .filter(InterfaceText::isShown)
        .map(annotation -> shorten(annotation.toString()))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static boolean isShown(Annotation annotation) {
    String name = annotation.annotationType().getName();
    return name.startsWith("java.lang.") || name.startsWith("nbdj.");
  }

  private static List<String> members(Class<?> type) throws IllegalAccessException {
    // The order of enum constants has a meaning; that of all else has none.
    List<String> constants = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.isEnumConstant()) {
        constants.add(words("constant", annotations(field), field.getName()));
      } else if (isShown(field)) {
        others.add(text(field));
      }
    }
    Stream.of(type.getDeclaredConstructors())
        .filter(InterfaceText::isShown)
        .forEach(constructor -> others.add(text(constructor)));
    Stream.of(type.getDeclaredMethods())
        .filter(InterfaceText::isShown)
        .forEach(method -> others.add(text(method)));
    others.sort(null);
    constants.addAll(others);
    return constants;
  }

  private static boolean isShown(Member member) {
    return !member.isSynthetic()
        && (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private static String text(Field field) throws IllegalAccessException {
    Class<?> type = field.getType();
    boolean constant =
        Modifier.isStatic(field.getModifiers())
            && Modifier.isFinal(field.getModifiers())
            && (type.isPrimitive() || type == String.class);
    if (constant) {
      field.setAccessible(true);
    }
    return words(
        annotations(field),
        modifiers(field),
        shorten(field.getAnnotatedType().toString()),
        field.getName(),
        constant ? "= " + field.get(null) : "");
  }

  private static String text(Constructor<?> constructor) {
    return words(
        annotations(constructor),
        modifiers(constructor),
        variables(constructor),
        "<init>" + parameters(constructor));
  }

  private static String text(Method method) {
    Object value = method.getDefaultValue();
    // An array does not tell what it holds.
    Object otherwise = value instanceof Object[] array ? List.of(array) : value;
    return words(
        annotations(method),
        method.isDefault() ? "default" : "",
        modifiers(method),
        variables(method),
        shorten(method.getAnnotatedReturnType().toString()),
        method.getName() + parameters(method),
        otherwise == null ? "" : "= " + otherwise);
  }

  private static String modifiers(Member member) {
    return Modifier.toString(
        member.getModifiers()
            & (Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL));
  }

  private static String parameters(Executable executable) {
    String types =
        Arrays.stream(executable.getAnnotatedParameterTypes())
            .map(AnnotatedType::toString)
            .map(InterfaceText::shorten)
            .collect(Collectors.joining(", ", "(", ")"));
    return words(
        executable.isVarArgs() ? types.replaceFirst("\\[]\\)$", "...)") : types,
        list("throws ", names(executable.getExceptionTypes()).sorted()));
  }

  private static Stream<String> names(Class<?>[] types) {
    return Arrays.stream(types).map(Class::getName);
  }

  private static String list(String front, Stream<String> names) {
    String joined = names.map(InterfaceText::shorten).collect(Collectors.joining(", "));
    return joined.isEmpty() ? "" : front + joined;
  }

  /** Leave out the packages that need no mention. */
  private static String shorten(String text) {
    return text.replaceAll(
        "(java\\.(lang|util|io|nio|time)|nbdj\\.api|org\\.jspecify)"
            + "\\.((annotation|annotations|channels|file)\\.)?(?=[A-Z])",
        "");
  }

  private static String words(String... words) {
    return Stream.of(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
  }
}
