package io.quipu.collector.catalog;

import static io.quipu.collector.catalog.CatalogFixture.json;
import static io.quipu.collector.catalog.CatalogFixture.problem;
import static io.quipu.collector.catalog.CatalogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;

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
        provisioning.validate("disk", "small");
        assertThat(problem(() -> provisioning.validate("disk", "huge")).members())
                .containsEntry("error", "Mapping not found.");
        refused(404, "mapping_not_found", () -> provisioning.validate("tape", "small"));
        provisioning.setType("disk-2", json("'disk'"));
        provisioning.validate("disk-2", "small");
    }
}
