package io.quipu.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The boundaries of the collector: what decides knows no Spring and no HTTP, and no other service is known. */
@AnalyzeClasses(packages = "io.quipu", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_LOG_KNOWS_NO_SPRING = noClasses().that().resideInAPackage("io.quipu.collector.log")
            .should().dependOnClassesThat().resideInAnyPackage("org.springframework..", "jakarta..",
                    "io.quipu.collector.drive", "io.quipu.collector.intake", "io.quipu.collector.catalog");

    @ArchTest
    static final ArchRule INTAKE_AND_CATALOG_KNOW_NOTHING_OF_DRIVING = noClasses()
            .that().resideInAnyPackage("io.quipu.collector.intake", "io.quipu.collector.catalog")
            .should().dependOnClassesThat().resideInAPackage("io.quipu.collector.drive");

    @ArchTest
    static final ArchRule NO_OTHER_SERVICE_IS_KNOWN = noClasses().that().resideInAPackage("io.quipu.collector..")
            .should().dependOnClassesThat(DescribedPredicate.describe("belong to another service",
                    type -> type.getPackageName().startsWith("io.quipu.")
                            && !type.getPackageName().startsWith("io.quipu.common")
                            && !type.getPackageName().startsWith("io.quipu.collector")));

    @ArchTest
    static final ArchRule THE_WEB_IS_THE_OUTSIDE = noClasses().that().resideOutsideOfPackage("io.quipu.collector.web")
            .should().dependOnClassesThat().resideInAPackage("io.quipu.collector.web");
}
