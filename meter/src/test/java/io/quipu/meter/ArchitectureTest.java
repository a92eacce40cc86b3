package io.quipu.meter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The boundaries of the meter: the domain is pure, and no other service is known. */
@AnalyzeClasses(packages = "io.quipu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_DOMAIN_IS_PURE = classes().that().resideInAPackage("io.quipu.meter.domain")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "io.quipu.meter.domain",
                    "io.quipu.common.quantity", "io.quipu.common.time", "io.quipu.common.usage", "io.quipu.common.plan");

    @ArchTest
    static final ArchRule NO_OTHER_SERVICE_IS_KNOWN = noClasses().that().resideInAPackage("io.quipu.meter..")
            .should().dependOnClassesThat(DescribedPredicate.describe("belong to another service",
                    type -> type.getPackageName().startsWith("io.quipu.")
                            && !type.getPackageName().startsWith("io.quipu.common")
                            && !type.getPackageName().startsWith("io.quipu.meter")));

    @ArchTest
    static final ArchRule THE_WEB_IS_THE_OUTSIDE = noClasses().that().resideOutsideOfPackage("io.quipu.meter.web")
            .should().dependOnClassesThat().resideInAPackage("io.quipu.meter.web");
}
