package nbdj.tck;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.MethodDescriptor;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/** Runs a test after those that prove what it {@linkplain Rule#buildsOn builds on}. */
final class BasicsFirst implements ClassOrderer, MethodOrderer {
  private static final List<Class<? extends Chapter>> CHAPTERS =
      List.of(
          LifecycleChapter.class,
          ConfigurationChapter.class,
          ExportsChapter.class,
          ReadingChapter.class,
          WritingChapter.class,
          ZeroingChapter.class,
          ExtentMapsChapter.class,
          CapabilitiesChapter.class,
          CoherenceChapter.class,
          DurabilityChapter.class,
          ErrorsChapter.class,
          ThreadsChapter.class,
          LayeringChapter.class,
          MappingChapter.class,
          OwnershipChapter.class,
          OpeningChapter.class,
          BelowChapter.class,
          HostileChapter.class,
          ShutdownChapter.class,
          RecommendationsChapter.class);

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().sort(Comparator.comparingInt(BasicsFirst::placeOf));
  }

  @Override
  public void orderMethods(MethodOrdererContext context) {
    context
        .getMethodDescriptors()
        .sort(
            Comparator.<MethodDescriptor>comparingInt(BasicsFirst::basics)
                .thenComparing(descriptor -> descriptor.getMethod().getName()));
  }

  /** Get the place of a chapter; an author's own class comes last. */
  private static int placeOf(ClassDescriptor descriptor) {
    for (int i = 0; i < CHAPTERS.size(); i++) {
      if (CHAPTERS.get(i).isAssignableFrom(descriptor.getTestClass())) {
        return i;
      }
    }
    return CHAPTERS.size();
  }

  private static int basics(MethodDescriptor descriptor) {
    Optional<Rule> rule = descriptor.findAnnotation(Rule.class);
    return rule.isPresent() ? rule.get().buildsOn().length : 0;
  }
}
