package io.quipu.accumulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The boundaries of the accumulator: the domain is pure, and no other service is known. */
@AnalyzeClasses(packages = "io.quipu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_DOMAIN_IS_PURE = classes().that().resideInAPackage("io.quipu.accumulator.domain")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "io.quipu.accumulator.domain",
                    "io.quipu.common.quantity", "io.quipu.common.time", "io.quipu.common.usage", "io.quipu.common.plan",
                    "io.quipu.common.stage", "io.quipu.common.totals", "io.quipu.common.running");

    @ArchTest
    static final ArchRule NO_OTHER_SERVICE_IS_KNOWN = noClasses().that().resideInAPackage("io.quipu.accumulator..")
            .should().dependOnClassesThat(DescribedPredicate.describe("belong to another service",
                    type -> type.getPackageName().startsWith("io.quipu.")
                            && !type.getPackageName().startsWith("io.quipu.common")
                            && !type.getPackageName().startsWith("io.quipu.accumulator")));

    @ArchTest
    static final ArchRule THE_WEB_IS_THE_OUTSIDE = noClasses().that().resideOutsideOfPackage("io.quipu.accumulator.web")
            .should().dependOnClassesThat().resideInAPackage("io.quipu.accumulator.web");
}
