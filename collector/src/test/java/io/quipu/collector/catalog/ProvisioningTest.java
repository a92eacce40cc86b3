package io.quipu.collector.catalog;

import static io.quipu.collector.catalog.CatalogFixture.json;
import static io.quipu.collector.catalog.CatalogFixture.problem;
import static io.quipu.collector.catalog.CatalogFixture.refused;
import static io.quipu.collector.catalog.CatalogFixture.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.web.Problem;
import org.junit.jupiter.api.Test;

class ProvisioningTest {

    private final CatalogFixture fixture = new CatalogFixture().disk();
    private final Provisioning provisioning = fixture.catalog.provisioning();

    @Test
    void aPlanOfATypeIsMappedOncePerKind() {
        assertThat(provisioning.planId(PlanKind.METERING, "disk", "small")).contains("m");
        assertThat(provisioning.planId(PlanKind.METERING, "disk", "huge")).isEmpty();
        refused(409, "mapping_exists", () -> provisioning.map(PlanKind.METERING, "disk", "small", "m"));
    }

    @Test
    void onlyAPlanThatExistsIsMappedTo() {
        refused(404, "plan_not_found", () -> provisioning.map(PlanKind.RATING, "disk", "huge", "m"));
        refused(404, "plan_not_found", () -> provisioning.map(PlanKind.METERING, "tape", "small", "none"));
        refused(422, "resource_not_found", () -> fixture.catalog.resolve("o", "tape", "small"));
    }

    @Test
    void twoCatalogsThatMapAPlanLeaveOneMapping() {
        fixture.catalog.plans().create(PlanKind.RATING, CatalogFixture.rating("r2", "tiered"));
        Provisioning rival = fixture.another(CatalogFixture.LENIENT).provisioning();
        fixture.store.beforeWriteOf("catalog/mapping", () -> rival.map(PlanKind.RATING, "disk", "big", "r2"));
        refused(409, "mapping_exists", () -> provisioning.map(PlanKind.RATING, "disk", "big", "r"));
        assertThat(provisioning.planId(PlanKind.RATING, "disk", "big")).contains("r2");
    }

    private static final String ALL =
            "{'resource_id':'%s','plan_id':'%s','metering_plan':'%s','rating_plan':'%s','pricing_plan':'%s'}";

    private Provisioning.Mapped mapAll(String... ids) {
        return provisioning.mapAll(json(ALL.formatted((Object[]) ids)));
    }

    @Test
    void allPlansAreMappedAtOnceForTheTypeOfTheResource() {
        provisioning.setType("disk-2", json("'tape'"));
        assertThat(mapAll("disk-2", "big", "m", "r", "p")).isEqualTo(new Provisioning.Mapped("tape", "big", "m", "r", "p"));
        assertThat(fixture.catalog.resolve("o", "tape", "big").plan().path().joined()).isEqualTo("big/m/r/p");
        refused(409, "mapping_exists", () -> mapAll("disk-2", "big", "m", "r", "p"));
    }

    @Test
    void whatIsMappedStaysAndOnlyAllThreeAreAConflict() {
        fixture.catalog.plans().create(PlanKind.RATING, CatalogFixture.rating("r2", "tiered"));
        provisioning.map(PlanKind.RATING, "disk", "big", "r2");
        provisioning.map(PlanKind.METERING, "disk", "big", "m");
        assertThat(mapAll("disk", "big", "m", "r", "p")).isEqualTo(new Provisioning.Mapped("disk", "big", "m", "r2", "p"));
        refused(409, "mapping_exists", () -> mapAll("disk", "big", "m", "r2", "p"));
        refused(409, "mapping_exists", () -> mapAll("disk", "small", "m", "r2", "p"));
    }

    @Test
    void everythingWrongWithAMappingIsListedAndNothingIsMapped() {
        Problem unknown = problem(() -> mapAll("disk", "big", "m", "m", "none"));
        assertThat(unknown.status() + " " + unknown.code()).isEqualTo("400 invalid");
        assertThat(rules(unknown)).containsExactly("rating_plan: plan_not_found", "pricing_plan: plan_not_found");
        assertThat(provisioning.planId(PlanKind.METERING, "disk", "big")).isEmpty();
        assertThat(rules(problem(() -> provisioning.mapAll(json("{'resource_id':1,'plan_id':'','rating_plan':'r','x':1}")))))
                .containsExactly("x: unknown", "resource_id: type", "plan_id: min_length", "metering_plan: required",
                        "pricing_plan: required");
        assertThat(rules(problem(() -> provisioning.mapAll(json("[]"))))).containsExactly(": type");
    }

    @Test
    void aResourceIsItsOwnTypeUnlessSet() {
        assertThat(provisioning.type("disk-2")).isEqualTo("disk-2");
        provisioning.setType("disk-2", json("'disk'"));
        provisioning.setType("disk-2", json("'tape'"));
        assertThat(provisioning.type("disk-2")).isEqualTo("tape");
    }

    @Test
    void twoCatalogsThatSetATypeAgreeOnTheLast() {
        Provisioning rival = fixture.another(CatalogFixture.LENIENT).provisioning();
        fixture.store.beforeWriteOf("catalog/resource", () -> rival.setType("x", json("'first'")));
        provisioning.setType("x", json("'second'"));
        assertThat(rival.type("x")).isEqualTo("second");
    }

    @Test
    void namesThatAreNoneAreRefused() {
        refused(400, "invalid", () -> provisioning.setType("x", json("1")));
        refused(400, "invalid", () -> provisioning.setType("x", json("''")));
        refused(400, "invalid", () -> provisioning.setType("x", json("'" + "t".repeat(513) + "'")));
        refused(400, "invalid", () -> provisioning.map(PlanKind.RATING, "t".repeat(513), "small", "r"));
        refused(400, "invalid", () -> provisioning.map(PlanKind.RATING, "disk", " ", "r"));
    }

    @Test
    void usageOfAMappedResourceIsValid() {
        provisioning.validate("o", "disk", "small");
        assertThat(problem(() -> provisioning.validate("o", "disk", "huge")).members())
                .containsEntry("error", "Mapping not found.");
        refused(404, "mapping_not_found", () -> provisioning.validate("o", "tape", "small"));
        provisioning.setType("disk-2", json("'disk'"));
        provisioning.validate("o", "disk-2", "small");
    }
}
