package io.quipu.reporting;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.quipu.common.plan.Accumulate;
import io.quipu.common.plan.BuiltInFunctions;
import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;

@AnalyzeClasses(packages = "io.quipu.reporting", importOptions = ImportOption.DoNotIncludeTests.class)
class BoundariesTest {

    @ArchTest
    static final ArchRule WHAT_A_REPORT_SAYS_IS_PURE = classes().that().resideInAPackage("io.quipu.reporting.report")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "io.quipu.reporting.report",
                    "io.quipu.common.quantity", "io.quipu.common.time", "io.quipu.common.usage", "io.quipu.common.plan",
                    "io.quipu.common.totals", "io.quipu.common.stage");

    @ArchTest
    static final ArchRule GRAPHQL_IS_KNOWN_WHERE_IT_IS_SPOKEN = noClasses().that().resideInAnyPackage("io.quipu.reporting.report",
                    "io.quipu.reporting.flow", "io.quipu.reporting.source", "io.quipu.reporting.audit")
            .should().dependOnClassesThat().resideInAnyPackage("graphql..", "org.springframework.graphql..",
                    "io.quipu.reporting.graph");

    @ArchTest
    static final ArchRule THE_NEIGHBOURS_KNOW_NO_FLOW = noClasses().that().resideInAPackage("io.quipu.reporting.source")
            .should().dependOnClassesThat().resideInAnyPackage("io.quipu.reporting.flow", "io.quipu.reporting.web");

    @ArchTest
    static final ArchRule THE_AUDIT_KNOWS_NO_TRANSPORT = classes().that().resideInAPackage("io.quipu.reporting.audit")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "io.quipu.reporting.audit",
                    "io.quipu.reporting.source", "io.quipu.common.quantity", "io.quipu.common.time",
                    "io.quipu.common.usage", "io.quipu.common.plan", "io.quipu.common.formula",
                    "io.quipu.common.totals", "io.quipu.common.stage", "io.quipu.common.web");

    /** Or it would repeat their mistakes. */
    @ArchTest
    static final ArchRule THE_AUDIT_SHARES_NO_RULE_WITH_THE_STAGES = noClasses()
            .that().resideInAPackage("io.quipu.reporting.audit")
            .should().dependOnClassesThat().belongToAnyOf(Accumulate.class, BuiltInFunctions.class, CompiledPlan.class,
                    CompiledPlans.class, MeteringException.class, MetricFunctions.class, Rate.class)
            .orShould().callMethod(Decimals.class, "add", BigDecimal.class, BigDecimal.class)
            .orShould().callMethod(Decimals.class, "subtract", BigDecimal.class, BigDecimal.class)
            .orShould().callMethod(Decimals.class, "multiply", BigDecimal.class, BigDecimal.class)
            .orShould().callMethod(Decimals.class, "computable", BigDecimal.class)
            .orShould().callMethod(PricingPlan.class, "price", String.class, String.class, String.class)
            .orShould().callMethod(RatingPlan.class, "rate", String.class)
            .orShould().callMethod(Price.class, "hasFree");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_ANOTHER_SERVICE = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("io.quipu.collector..", "io.quipu.meter..", "io.quipu.accumulator..",
                    "io.quipu.aggregator..");
}
