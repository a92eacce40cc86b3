package io.quipu.common;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The boundaries inside of common: which package may know which. A package that is not listed here does not exist. */
@AnalyzeClasses(packages = "io.quipu.common", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.quipu.common.";

    /** Packages below these belong to them. */
    private static final Map<String, Set<String>> MAY_KNOW = new TreeMap<>(Map.ofEntries(
            Map.entry("metrics", Set.of()),
            Map.entry("log", Set.of()),
            Map.entry("trace", Set.of()),
            Map.entry("quantity", Set.of()),
            Map.entry("time", Set.of("quantity")),
            Map.entry("usage", Set.of("quantity", "time")),
            Map.entry("running", Set.of("usage")),
            Map.entry("http", Set.of("wire", "trace", "metrics", "log")),
            Map.entry("formula", Set.of("quantity")),
            Map.entry("plan", Set.of("quantity", "time", "usage", "formula")),
            Map.entry("store", Set.of("quantity", "time", "usage", "metrics")),
            Map.entry("wire", Set.of("quantity", "time", "usage", "plan")),
            Map.entry("stage", Set.of("quantity", "time", "usage", "plan", "store", "wire", "metrics", "trace", "http")),
            Map.entry("totals", Set.of("quantity", "time", "usage", "plan", "wire", "stage")),
            Map.entry("web", Set.of("quantity", "time", "usage", "plan", "store", "wire", "stage", "totals", "log", "trace"))));

    private static final String[] PURE = {"quantity", "time", "usage", "plan", "formula"};

    @ArchTest
    static final ArchRule IMPORTS_POINT_UPWARDS_ONLY = classes().should(
            new ArchCondition<JavaClass>("know only the packages of common that theirs may know") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    String from = packageOf(type);
                    type.getDirectDependenciesFromSelf().stream()
                            .filter(dependency -> dependency.getTargetClass().getPackageName().startsWith("io.quipu."))
                            .filter(dependency -> !allowed(from, dependency.getTargetClass()))
                            .forEach(dependency -> events.add(
                                    SimpleConditionEvent.violated(type, dependency.getDescription())));
                }
            });

    @ArchTest
    static final ArchRule THE_PURE_PACKAGES_KNOW_ONLY_THE_JDK_AND_EACH_OTHER = classes()
            .that().resideInAnyPackage(Stream.of(PURE).map(name -> ROOT + name).toArray(String[]::new))
            .should().onlyDependOnClassesThat(new DescribedPredicate<JavaClass>(
                    "belong to the JDK, the pure packages, or for formula to its parser") {
                @Override
                public boolean test(JavaClass type) {
                    String name = type.getBaseComponentType().getPackageName();
                    return type.getBaseComponentType().isPrimitive() || name.startsWith("java.")
                            || Stream.of(PURE).anyMatch(pure -> name.equals(ROOT + pure))
                            || name.startsWith("org.mozilla.javascript");
                }
            });

    @ArchTest
    static final ArchRule ONLY_FORMULA_KNOWS_ITS_PARSER = noClasses().that().resideOutsideOfPackage(ROOT + "formula")
            .should().dependOnClassesThat().resideInAPackage("org.mozilla..");

    @ArchTest
    static final ArchRule NO_SCRIPT_ENGINE_RUNS = noClasses().should().callMethod(
            org.mozilla.javascript.Context.class, "enter");

    @ArchTest
    static final ArchRule NO_MUTABLE_DATES = noClasses().should().dependOnClassesThat()
            .haveNameMatching("java\\.util\\.(Date|Calendar|GregorianCalendar)|java\\.text\\.SimpleDateFormat");

    @ArchTest
    static void noBinaryFractionsNearQuantities(JavaClasses all) {
        Set<String> found = new TreeSet<>();
        Set<String> binary = Set.of("double", "float", "java.lang.Double", "java.lang.Float");
        for (JavaClass type : all) {
            if (!Set.of("quantity", "usage", "plan", "formula").contains(packageOf(type)) || type.isAnonymousClass()) {
                continue;
            }
            type.getFields().stream().filter(field -> binary.contains(field.getRawType().getName()))
                    .forEach(field -> found.add(field.getFullName()));
            for (JavaCodeUnit code : type.getCodeUnits()) {
                Stream.concat(Stream.of(code.getRawReturnType()), code.getRawParameterTypes().stream())
                        .filter(parameter -> binary.contains(parameter.getName()))
                        .forEach(parameter -> found.add(code.getFullName()));
            }
        }
        assertThat(found).isEmpty();
    }

    @ArchTest
    static void everyPackageIsListed(JavaClasses all) {
        Set<String> unlisted = new TreeSet<>();
        all.forEach(type -> {
            if (!packageOf(type).equals("service") && !MAY_KNOW.containsKey(packageOf(type))) {
                unlisted.add(type.getPackageName());
            }
        });
        assertThat(unlisted).isEmpty();
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()).split("\\.")[0] : name;
    }

    /** The package service puts everything together; nothing may know it. */
    private static boolean allowed(String from, JavaClass target) {
        String to = packageOf(target);
        return target.getPackageName().startsWith(ROOT)
                && (from.equals(to) || from.equals("service") || MAY_KNOW.getOrDefault(from, Set.of()).contains(to));
    }
}
