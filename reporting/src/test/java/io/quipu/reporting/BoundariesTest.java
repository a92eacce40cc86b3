package io.quipu.reporting;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.quipu.reporting", importOptions = ImportOption.DoNotIncludeTests.class)
class BoundariesTest {

    @ArchTest
    static final ArchRule WHAT_A_REPORT_SAYS_IS_PURE = classes().that().resideInAPackage("io.quipu.reporting.report")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "io.quipu.reporting.report",
                    "io.quipu.common.quantity", "io.quipu.common.time", "io.quipu.common.usage", "io.quipu.common.plan",
                    "io.quipu.common.totals", "io.quipu.common.stage");

    @ArchTest
    static final ArchRule THE_NEIGHBOURS_KNOW_NO_FLOW = noClasses().that().resideInAPackage("io.quipu.reporting.source")
            .should().dependOnClassesThat().resideInAnyPackage("io.quipu.reporting.flow", "io.quipu.reporting.web");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_ANOTHER_SERVICE = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("io.quipu.collector..", "io.quipu.meter..", "io.quipu.accumulator..",
                    "io.quipu.aggregator..");
}
