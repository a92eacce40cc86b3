package io.quipu.collector.catalog;

import static io.quipu.collector.catalog.CatalogFixture.LENIENT;
import static io.quipu.collector.catalog.CatalogFixture.MAX_AGE;
import static io.quipu.collector.catalog.CatalogFixture.STRICT;
import static io.quipu.collector.catalog.CatalogFixture.account;
import static io.quipu.collector.catalog.CatalogFixture.json;
import static io.quipu.collector.catalog.CatalogFixture.metering;
import static io.quipu.collector.catalog.CatalogFixture.pricing;
import static io.quipu.collector.catalog.CatalogFixture.problem;
import static io.quipu.collector.catalog.CatalogFixture.rating;
import static io.quipu.collector.catalog.CatalogFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ResolutionTest {

    private final CatalogFixture fixture = new CatalogFixture().disk();
    private final Catalog catalog = fixture.catalog;

    private static BigDecimal price(Terms terms) {
        return terms.plan().pricing().price("storage", "USA", "USD").orElseThrow().price();
    }

    @Test
    void termsNameTheAccountTheTypeAndAPlanVersionThatIsStored() {
        Terms terms = catalog.resolve("o", "disk", "small");
        assertThat(terms.pin()).isEqualTo(new Pin("1234", "USA", "USD", "disk", Json.id(terms.plan())));
        assertThat(terms.plan().path()).isEqualTo(new PlanPath("small", "m", "r", "p"));
        assertThat(fixture.another(LENIENT).planVersion(terms.pin().plan())).contains(terms.plan());
    }

    @Test
    void anUnknownPlanVersionIsNone() {
        assertThat(catalog.planVersion("never")).isEmpty();
    }

    @Test
    void aResourceIsResolvedByItsType() {
        catalog.provisioning().setType("disk-2", json("'disk'"));
        assertThat(catalog.resolve("o", "disk-2", "small").pin().resourceType()).isEqualTo("disk");
    }

    @Test
    void anUnknownResourceIsToldFromAnUnknownPlan() {
        refused(422, "resource_not_found", () -> catalog.resolve("o", "tape", "small"));
        refused(422, "plan_not_found", () -> catalog.resolve("o", "disk", "huge"));
        assertThat(problem(() -> catalog.resolve("o", "disk", "huge"))).hasMessageContaining("disk")
                .hasMessageContaining("huge");
    }

    @Test
    void aRatingOrPricingPlanIsNeverInvented() {
        catalog.provisioning().map(PlanKind.METERING, "disk", "medium", "m");
        assertThat(problem(() -> catalog.resolve("o", "disk", "medium"))).hasMessageContaining("rating");
        catalog.provisioning().map(PlanKind.RATING, "disk", "medium", "r");
        assertThat(problem(() -> catalog.resolve("o", "disk", "medium"))).hasMessageContaining("pricing");
        refused(422, "plan_not_found", () -> catalog.resolve("o", "disk", "medium"));
        catalog.provisioning().map(PlanKind.PRICING, "disk", "medium", "p");
        assertThat(catalog.resolve("o", "disk", "medium").plan().planId()).isEqualTo("medium");
    }

    @Test
    void aMappingToAPlanThatIsGoneIsRefused() {
        fixture.store.write(new Write.Insert(Keys.mapping("metering", "disk", "lost"),
                Json.write(new Mapping(1, "metering", "disk", "lost", "gone"))));
        for (PlanKind kind : List.of(PlanKind.RATING, PlanKind.PRICING)) {
            catalog.provisioning().map(kind, "disk", "lost", kind == PlanKind.RATING ? "r" : "p");
        }
        assertThat(problem(() -> catalog.resolve("o", "disk", "lost"))).hasMessageContaining("metering plan gone");
        refused(422, "plan_not_found", () -> catalog.resolve("o", "disk", "lost"));
    }

    @Test
    void aPriceListWithoutTheAccountsCountryOrCurrencyIsNeverFreeOfCharge() {
        fixture.register("can", "CAN", "o");
        assertThat(problem(() -> catalog.resolve("o", "disk", "small"))).hasMessageContaining("storage")
                .hasMessageContaining("CAN").hasMessageContaining("CAD");
        refused(422, "price_not_found", () -> catalog.resolve("o", "disk", "small"));
        catalog.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'CAN','currency':'USD','price':1}"));
        refused(422, "price_not_found", () -> catalog.resolve("o", "disk", "small"));
        catalog.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'CAN','price':1}"));
        assertThat(catalog.resolve("o", "disk", "small").pin().currency()).isEqualTo("CAD");
    }

    @Test
    void aMetricWithoutAPriceListIsFreeOfChargeEverywhere() {
        catalog.plans().replace(PlanKind.PRICING, "p", json("{'plan_id':'p','metrics':[{'name':'storage'}]}"));
        fixture.register("can", "CAN", "o");
        assertThat(catalog.resolve("o", "disk", "small").plan().pricing().priced("storage")).isFalse();
    }

    @Test
    void aPriceThatTheRateCannotUseIsRefused() {
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", "tiered"));
        refused(422, "price_not_usable", () -> catalog.resolve("o", "disk", "small"));
        catalog.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'USA','tiers':[{'price':1}]}"));
        assertThat(catalog.resolve("o", "disk", "small").plan().rating().rate("storage").id()).isEqualTo("tiered");
    }

    @Test
    void functionsThatRateNeedAPlainPrice() {
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", "(price, qty) => price * qty * qty"));
        assertThat(catalog.resolve("o", "disk", "small").plan().rating().formulas(
                new MeteringPlan.Metric("storage", "GIGABYTE", null, null, "max"))).isPresent();
        for (String price : List.of("'tiers':[{'price':1}]", "'price':1,'package_size':2", "'price':1,'free':5")) {
            catalog.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'USA'," + price + "}"));
            refused(422, "price_not_usable", () -> catalog.resolve("o", "disk", "small"));
        }
    }

    @Test
    void whatIsWeightedByTimeIsNotRatedByFunctionsUnlessTheyAreRecognized() {
        weighted("(price, qty) => price * qty * qty", "'price':1");
        refused(422, "rate_not_usable", () -> catalog.resolve("o", "disk", "running"));
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", "(price, qty) => price * qty"));
        assertThat(catalog.resolve("o", "disk", "running").plan().rating().rate("storage").id()).isEqualTo("per_unit");
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", "(price, qty) => price * qty * qty"));
        catalog.plans().replace(PlanKind.PRICING, "p", json("{'plan_id':'p','metrics':[]}"));
        assertThat(catalog.resolve("o", "disk", "running").plan().pricing().priced("storage")).as("free of charge").isFalse();
    }

    /** Events may have durations run: at a price that only a function knows they could not be charged. */
    @Test
    void neitherAreSumsOfDurations() {
        catalog.plans().create(PlanKind.METERING, json("{'plan_id':'durations','measures':[{'name':'duration','unit':'MILLISECOND'}],"
                + "'metrics':[{'name':'storage','unit':'HOUR','meter':'duration / 3600000'}]}"));
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", "(price, qty) => price * qty * qty"));
        catalog.provisioning().map(PlanKind.METERING, "disk", "hours", "durations");
        catalog.provisioning().map(PlanKind.RATING, "disk", "hours", "r");
        catalog.provisioning().map(PlanKind.PRICING, "disk", "hours", "p");
        refused(422, "rate_not_usable", () -> catalog.resolve("o", "disk", "hours"));
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", "(price, qty) => price * qty"));
        assertThat(catalog.resolve("o", "disk", "hours").plan().rating().rate("storage").id()).isEqualTo("per_unit");
    }

    @Test
    void aPriceForHoursIsForWhatIsWeightedByTimeOnly() {
        SamplePlans.store(catalog);
        catalog.plans().create(PlanKind.PRICING, json("{'plan_id':'q','metrics':[{'name':'heavy_api_calls','prices':[{'country':'USA',"
                + "'price':1}]},{'name':'memory','prices':[{'country':'USA','price':1}]}]}"));
        JsonNode rating = catalog.plans().find(PlanKind.RATING, "test-rating-plan").orElseThrow();
        JsonNode memory = rating.get("metrics").get(3);
        catalog.plans().create(PlanKind.RATING, ((ObjectNode) json("{'plan_id':'q'}")).set("metrics", Json.shared()
                .createArrayNode().add(memory)));
        catalog.plans().create(PlanKind.RATING, ((ObjectNode) json("{'plan_id':'q2'}")).set("metrics", Json.shared()
                .createArrayNode().add(((ObjectNode) memory).deepCopy().put("name", "heavy_api_calls"))));
        for (String ratingPlan : List.of("q", "q2")) {
            catalog.provisioning().map(PlanKind.METERING, "res", ratingPlan, "test-metering-plan");
            catalog.provisioning().map(PlanKind.RATING, "res", ratingPlan, ratingPlan);
            catalog.provisioning().map(PlanKind.PRICING, "res", ratingPlan, "q");
        }
        assertThat(catalog.resolve("o", "res", "q").plan().rating().rate("memory").id()).isEqualTo("per_unit");
        refused(422, "rate_not_usable", () -> catalog.resolve("o", "res", "q2"));
    }

    /** Replaces the plan small by one whose metric is weighted by time, rated and priced so. */
    private void weighted(String rate, String price) {
        catalog.plans().create(PlanKind.METERING, metering("weighted", "GIGABYTE", "time_weighted"));
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", rate));
        catalog.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'USA'," + price + "}"));
        catalog.provisioning().map(PlanKind.METERING, "disk", "running", "weighted");
        catalog.provisioning().map(PlanKind.RATING, "disk", "running", "r");
        catalog.provisioning().map(PlanKind.PRICING, "disk", "running", "p");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "tiered; 'tiers':[{'price':1}]",
        "volume; 'tiers':[{'price':1}]",
        "package; 'price':1,'package_size':10",
        "per_unit; 'price':1,'free':5"}, quoteCharacter = '`')
    void whatIsWeightedByTimeMayBeRatedInEveryWay(String rate, String price) {
        weighted(rate, price);
        assertThat(catalog.resolve("o", "disk", "running").plan().rating().rate("storage").id()).isEqualTo(rate);
    }

    @Test
    void whatIsWeightedByTimeMayCostPerUnitOrNothing() {
        weighted("per_unit", "'price':1,'free':0");
        assertThat(catalog.resolve("o", "disk", "running").plan().path()).isEqualTo(
                new PlanPath("running", "weighted", "r", "p"));
        catalog.plans().replace(PlanKind.RATING, "r", rating("r", "tiered"));
        catalog.plans().replace(PlanKind.PRICING, "p", json("{'plan_id':'p','metrics':[]}"));
        assertThat(catalog.resolve("o", "disk", "running").plan().pricing().priced("storage")).isFalse();
    }

    @Test
    void aStopHasTheTermsOfUsageWhereThereAreAny() {
        assertThat(catalog.resolveStop("o", "disk", "small")).isEqualTo(catalog.resolve("o", "disk", "small"));
    }

    @Test
    void aStopThatHasNoTermsIsPinnedToAPlanWithoutMetrics() {
        catalog.provisioning().setType("disk-2", json("'floppy'"));
        Terms terms = catalog.resolveStop("o", "disk-2", "huge");
        assertThat(terms.plan()).isEqualTo(new PlanVersion("none", new MeteringPlan("none", List.of(), List.of()),
                new RatingPlan("none", List.of()), new PricingPlan("none", List.of())));
        assertThat(terms.pin()).isEqualTo(new Pin("1234", "USA", "USD", "floppy", Json.id(terms.plan())));
        assertThat(fixture.another(LENIENT).planVersion(terms.pin().plan())).contains(terms.plan());
        assertThat(catalog.resolveStop("o", "disk-2", "huge")).isEqualTo(terms);
    }

    @Test
    void aStopOutlivesPricesAndAccounts() {
        fixture.register("can", "CAN", "o");
        assertThat(catalog.resolveStop("o", "disk", "small").pin()).isEqualTo(
                new Pin("can", "CAN", "CAD", "disk", Json.id(catalog.resolveStop("o", "disk", "small").plan())));
        Terms unknown = fixture.another(STRICT).resolveStop("nobody", "disk", "small");
        assertThat(unknown.plan().metering().metrics()).isEmpty();
        assertThat(unknown.pin()).isEqualTo(new Pin("", "", "", "disk", unknown.pin().plan()));
    }

    @Test
    void aStopIsInTheCurrencyOfTheOrganizationsTotalsWhoeverPaysNow() {
        fixture.register("can", "CAN", "o");
        fixture.register("can", "CAN");
        refused(422, "currency_fixed", () -> catalog.resolve("o", "disk", "small"));
        Terms stop = catalog.resolveStop("o", "disk", "small");
        assertThat(stop.pin()).isEqualTo(new Pin("can", "", "CAD", "disk", stop.pin().plan()));
        assertThat(fixture.another(STRICT).resolveStop("o", "disk", "small")).isEqualTo(stop);
    }

    @Test
    void aStopWithoutTermsFixesTheCurrencyLikeEveryUsage() {
        assertThat(catalog.resolveStop("o", "disk", "huge").pin().currency()).isEqualTo("USD");
        refused(409, "currency_fixed", () -> fixture.register("can", "CAN", "o"));
        assertThat(catalog.resolveStop("o", "disk", "huge").pin().currency()).isEqualTo("USD");
    }

    @Test
    void aStopWhileTheStoreIsAwayIsNotDecided() {
        fixture.store.away(true);
        assertThatThrownBy(() -> catalog.resolveStop("o", "disk", "huge")).isInstanceOf(StoreException.class);
        fixture.store.away(false);
        assertThat(catalog.resolveStop("o", "disk", "small").plan().path().meteringPlanId()).isEqualTo("m");
    }

    @Test
    void whatUsageWasPinnedToNeverChanges() {
        Terms before = catalog.resolve("o", "disk", "small");
        catalog.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'USA','currency':'USD','price':3}"));
        Terms after = catalog.resolve("o", "disk", "small");
        assertThat(price(before)).isEqualByComparingTo("2");
        assertThat(price(after)).isEqualByComparingTo("3");
        assertThat(after.pin().plan()).isNotEqualTo(before.pin().plan());
        assertThat(catalog.planVersion(before.pin().plan())).contains(before.plan());
        assertThat(catalog.planVersion(after.pin().plan())).contains(after.plan());
    }

    @Test
    void aChangeThatChangesNoNumberKeepsThePlanVersion() {
        Terms before = catalog.resolve("o", "disk", "small");
        catalog.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'USA','currency':'USD','price':'2.00'}"));
        assertThat(catalog.resolve("o", "disk", "small")).isEqualTo(before);
    }

    @Test
    void aHitReadsAndWritesNothing() {
        Terms terms = catalog.resolve("o", "disk", "small");
        fixture.store.forget();
        assertThat(catalog.resolve("o", "disk", "small")).isEqualTo(terms);
        assertThat(catalog.planVersion(terms.pin().plan())).contains(terms.plan());
        assertThat(fixture.store.reads() + fixture.store.writes()).isZero();
    }

    @Test
    void organizationsOfOneAccountShareTerms() {
        catalog.resolve("o", "disk", "small");
        fixture.store.forget();
        catalog.resolve("q", "disk", "small");
        // the new organization's account, the default account, and its currency
        assertThat(fixture.store.reads()).isEqualTo(2);
        assertThat(fixture.store.writes()).isEqualTo(1);
    }

    @Test
    void whatIsOldIsReadAgainAndWrittenOnlyOnce() {
        catalog.resolve("o", "disk", "small");
        fixture.store.forget();
        fixture.clock.advance(MAX_AGE.minusMillis(1));
        catalog.resolve("o", "disk", "small");
        assertThat(fixture.store.reads()).isZero();
        fixture.clock.advance(Duration.ofMillis(1));
        catalog.resolve("o", "disk", "small");
        assertThat(fixture.store.reads()).isPositive();
        assertThat(fixture.store.writes()).isZero();
    }

    @Test
    void aChangeByAnotherInstanceIsSeenAtTheMaximumAge() {
        Catalog other = fixture.another(LENIENT);
        assertThat(price(catalog.resolve("o", "disk", "small"))).isEqualByComparingTo("2");
        other.plans().replace(PlanKind.PRICING, "p", pricing("p", "{'country':'USA','price':3}"));
        assertThat(price(catalog.resolve("o", "disk", "small"))).isEqualByComparingTo("2");
        assertThat(price(other.resolve("o", "disk", "small"))).isEqualByComparingTo("3");
        fixture.clock.advance(MAX_AGE);
        assertThat(price(catalog.resolve("o", "disk", "small"))).isEqualByComparingTo("3");
    }

    @Test
    void anAccountChangedByAnotherInstanceIsSeenAtTheMaximumAgeHoweverOftenItIsUsed() {
        catalog.resolve("o", "disk", "small");
        fixture.another(LENIENT).accounts().register("a", account("a", "USA", "o"));
        fixture.clock.advance(MAX_AGE.minusMillis(1));
        assertThat(catalog.resolve("o", "disk", "small").pin().accountId()).isEqualTo("1234");
        fixture.clock.advance(Duration.ofMillis(1));
        assertThat(catalog.resolve("o", "disk", "small").pin().accountId()).isEqualTo("a");
    }

    @Test
    void everyKindOfChangeIsSeenAtOnce() {
        catalog.resolve("o", "disk", "small");
        catalog.provisioning().setType("disk", json("'tape'"));
        refused(422, "resource_not_found", () -> catalog.resolve("o", "disk", "small"));
        catalog.plans().create(PlanKind.METERING, metering("tape-m", "GIGABYTE", "sum"));
        catalog.provisioning().map(PlanKind.METERING, "tape", "small", "tape-m");
        catalog.provisioning().map(PlanKind.RATING, "tape", "small", "r");
        catalog.provisioning().map(PlanKind.PRICING, "tape", "small", "p");
        assertThat(catalog.resolve("o", "disk", "small").plan().metering().planId()).isEqualTo("tape-m");
        fixture.register("a", "USA", "o");
        assertThat(catalog.resolve("o", "disk", "small").pin().accountId()).isEqualTo("a");
    }

    @Test
    void aChangeDuringAReadingIsNotOverlooked() {
        // the price changes after the plans were read, just before the plan version is stored
        fixture.store.beforeWriteOf("plan/", () -> catalog.plans().replace(PlanKind.PRICING, "p",
                pricing("p", "{'country':'USA','price':3}")));
        assertThat(price(catalog.resolve("o", "disk", "small"))).isEqualByComparingTo("2");
        assertThat(price(catalog.resolve("o", "disk", "small"))).isEqualByComparingTo("3");
    }

    @Test
    void aRefusedUsageLeavesNoTrace() {
        refused(422, "resource_not_found", () -> catalog.resolve("o", "tape", "small"));
        refused(422, "plan_not_found", () -> catalog.resolve("o", "disk", "huge"));
        assertThat(fixture.store.writes()).isZero();
        fixture.register("can", "CAN", "o");
        assertThat(catalog.accounts().ofOrganization("o").currency()).isEqualTo("CAD");
    }

    @Test
    void termsAreNotAnsweredUntilTheyAreDurable() {
        fixture.store.beforeWriteOf("plan/", () -> {
            throw new StoreException("lost");
        });
        assertThatThrownBy(() -> catalog.resolve("o", "disk", "small")).isInstanceOf(StoreException.class);
        Terms terms = catalog.resolve("o", "disk", "small");
        assertThat(fixture.another(LENIENT).planVersion(terms.pin().plan())).isPresent();
    }

    @Test
    void aStoreThatIsAwayIsAFailureAndNotAVerdict() {
        fixture.store.away(true);
        assertThatThrownBy(() -> catalog.resolve("o", "disk", "small")).isInstanceOf(StoreException.class);
        fixture.store.away(false);
        assertThat(catalog.resolve("o", "disk", "small").pin().accountId()).isEqualTo("1234");
    }

    @Test
    void whereAccountsAreStrictOnlyRegisteredOrganizationsAreKnown() {
        Catalog strict = fixture.another(STRICT);
        assertThat(problem(() -> strict.resolve("o", "disk", "small")).members().get("error"))
                .startsWith("Missing account information");
        refused(404, "organization_not_found", () -> strict.resolve("o", "disk", "small"));
        strict.accounts().register("a", account("a", "USA", "o"));
        assertThat(strict.resolve("o", "disk", "small").pin().accountId()).isEqualTo("a");
        // no longer listed: no longer registered
        strict.accounts().register("a", account("a", "USA"));
        refused(404, "organization_not_found", () -> strict.resolve("o", "disk", "small"));
    }

    @Test
    void organizationsThatOnlyUsedTheDefaultAccountAreNotRegistered() {
        catalog.resolve("o", "disk", "small");
        refused(404, "organization_not_found", () -> fixture.another(STRICT).resolve("o", "disk", "small"));
    }

    @Test
    void usageThatMeetsItsRegistrationTakesTheAccountThatWasFaster() {
        Catalog other = fixture.another(LENIENT);
        catalog.plans().replace(PlanKind.PRICING, "p",
                pricing("p", "{'country':'USA','currency':'USD','price':2},{'country':'CAN','currency':'CAD','price':3}"));
        fixture.store.beforeWriteOf("catalog/organization",
                () -> other.accounts().register("can", account("can", "CAN", "o")));
        assertThat(catalog.resolve("o", "disk", "small").pin().currency()).isEqualTo("CAD");
    }

    @Test
    void registrationThatMeetsUsageInAnotherCurrencyIsRefused() {
        Catalog other = fixture.another(LENIENT);
        fixture.store.beforeWriteOf("catalog/organization", () -> other.resolve("o", "disk", "small"));
        refused(409, "currency_fixed", () -> fixture.register("can", "CAN", "o"));
        assertThat(catalog.resolve("o", "disk", "small").pin().currency()).isEqualTo("USD");
        assertThat(catalog.accounts().find("can").organizations()).isEmpty();
    }

    @Test
    void aNewDefaultCurrencyRefusesOrganizationsOfTheOldOne() {
        catalog.resolve("o", "disk", "small");
        Catalog moved = fixture.another(new AccountProperties(false, "1234", "CAN", null));
        refused(422, "currency_fixed", () -> moved.resolve("o", "disk", "small"));
    }
}
