package io.quipu.acceptance.simulation;

import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.PlanKind;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.wire.Json;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The plans of a run: every way to accumulate and to rate, and prices that change while usage flows. */
final class Plans {

    private static final String DATABASE_METERING = """
            {"plan_id":"m-db","measures":[{"name":"calls","unit":"CALL"},{"name":"bytes","unit":"BYTE"},
              {"name":"gate","unit":"GATE"}],
             "metrics":[{"name":"calls","unit":"CALL"},
              {"name":"storage","unit":"KILOBYTE","meter":"bytes / 1024","accumulate":"max"},
              {"name":"least","unit":"BYTE","meter":"bytes","accumulate":"min"},
              {"name":"latest","unit":"CALL","meter":"calls * %s","accumulate":"last"},
              {"name":"times","unit":"TIME","meter":"calls","accumulate":"count"},
              {"name":"ratio","unit":"CALL","meter":"(calls + 5) / gate"}]}""";

    private static final String DATABASE_RATING = """
            {"plan_id":"r-db","metrics":[{"name":"calls","rate":"tiered"},{"name":"times","rate":"package"},
              {"name":"ratio","rate":"volume"}]}""";

    private static final String DATABASE_PRICING = """
            {"plan_id":"p-db","metrics":[
              {"name":"calls","prices":[{"country":"USA","free":"5","tiers":[{"up_to":"20","price":"%1$s"},
                {"up_to":"60","price":"0.7"},{"price":"0.2"}]}]},
              {"name":"storage","prices":[{"country":"USA","price":"%1$s"}]},
              {"name":"least","prices":[{"country":"USA","price":"0.3","free":"2"}]},
              {"name":"latest","prices":[{"country":"USA","price":"%2$s"}]},
              {"name":"times","prices":[{"country":"USA","price":"%1$s","package_size":"3"}]},
              {"name":"ratio","prices":[{"country":"USA","tiers":[{"up_to":"30","price":"2"},{"price":"%2$s"}]}]}]}""";

    private static final String QUEUE_METERING = """
            {"plan_id":"m-queue","measures":[{"name":"messages","unit":"MESSAGE"},{"name":"raw","unit":"UNIT"},
              {"name":"servers","unit":"SERVER"},{"name":"disks","unit":"DISK"}],
             "metrics":[{"name":"messages","unit":"MESSAGE"},{"name":"raw","unit":"UNIT"},
              {"name":"servers","unit":"SERVER","accumulate":"time_weighted","time_unit":"seconds"},
              {"name":"disks","unit":"DISK","meter":"disks * 2","accumulate":"time_weighted","time_unit":"seconds"},
              {"name":"nodes","unit":"SERVER","meter":"servers * 3","accumulate":"time_weighted","time_unit":"seconds"}]}""";

    private static final String QUEUE_PRICING = """
            {"plan_id":"p-queue","metrics":[{"name":"messages","prices":[{"country":"USA","price":"1%1$s.25"}]},
              {"name":"servers","prices":[{"country":"USA","price":"0.%1$s3"}]},
              {"name":"disks","prices":[{"country":"USA","price":"0.00%1$s"}]},
              {"name":"nodes","prices":[{"country":"USA","free":"1000","tiers":[{"up_to":"100000","price":"0.3"},
                {"price":"0.07"}]}]}]}""";

    private static final String FLAT_RATING = "{\"plan_id\":\"r-flat\",\"metrics\":[{\"name\":\"nodes\",\"rate\":\"tiered\"}]}";

    /** A plan that no resource has: only a stop may name it. */
    static final String GONE = "gone";

    /** How often plans change in a run, at most. */
    static final int REVISIONS = 3;

    private Plans() {
    }

    /** Stores the plans that a run begins with. */
    static void store(Catalog catalog) {
        catalog.plans().create(PlanKind.METERING, json(DATABASE_METERING, "1"));
        catalog.plans().create(PlanKind.RATING, json(DATABASE_RATING));
        catalog.plans().create(PlanKind.PRICING, json(DATABASE_PRICING, "1", "0.4"));
        catalog.plans().create(PlanKind.METERING, json(QUEUE_METERING));
        catalog.plans().create(PlanKind.RATING, json(FLAT_RATING));
        catalog.plans().create(PlanKind.PRICING, json(QUEUE_PRICING, "0"));
        map(catalog, "db", "basic", "m-db", "r-db", "p-db");
        map(catalog, "db", "pro", "m-db", "r-db", "p-db");
        map(catalog, "queue", "basic", "m-queue", "r-flat", "p-queue");
        map(catalog, "queue", "pro", "m-queue", "r-flat", "p-queue");
        map(catalog, Provider.RESOURCE, "basic", "m-queue", "r-flat", "p-queue");
    }

    /** Changes plans and prices, to something else each time. */
    static void change(Catalog catalog, int revision) {
        String price = String.format(Locale.ROOT, "0.%d", 1 + revision);
        switch (revision % 3) {
            case 0 -> catalog.plans().replace(PlanKind.PRICING, "p-db", json(DATABASE_PRICING, price, "1." + revision));
            case 1 -> catalog.plans().replace(PlanKind.PRICING, "p-queue", json(QUEUE_PRICING, "" + revision));
            default -> catalog.plans().replace(PlanKind.METERING, "m-db", json(DATABASE_METERING, "2." + revision));
        }
    }

    /** Whether a plan version is one that usage of a resource's plan could be pinned to: each part as it once was. */
    static boolean known(String resource, String plan, PlanVersion version) {
        if (plan.equals(GONE)) {
            return version.metering().metrics().isEmpty();
        }
        boolean database = resource.equals("db");
        Set<Object> metering = new HashSet<>(Set.of(database ? read(DATABASE_METERING, MeteringPlan.class, "1")
                : read(QUEUE_METERING, MeteringPlan.class)));
        Set<Object> pricing = new HashSet<>(Set.of(database ? read(DATABASE_PRICING, PricingPlan.class, "1", "0.4")
                : read(QUEUE_PRICING, PricingPlan.class, "0")));
        for (int revision = 1; revision <= REVISIONS; revision++) {
            if (database) {
                metering.add(read(DATABASE_METERING, MeteringPlan.class, "2." + revision));
                pricing.add(read(DATABASE_PRICING, PricingPlan.class, "0." + (1 + revision), "1." + revision));
            } else {
                pricing.add(read(QUEUE_PRICING, PricingPlan.class, "" + revision));
            }
        }
        return version.planId().equals(plan) && metering.contains(version.metering()) && pricing.contains(version.pricing())
                && version.rating().equals(read(database ? DATABASE_RATING : FLAT_RATING, RatingPlan.class));
    }

    private static <T> T read(String text, Class<T> type, Object... values) {
        return Json.read(Json.write(json(text, values)), type);
    }

    private static void map(Catalog catalog, String resource, String plan, String... plans) {
        for (PlanKind kind : PlanKind.values()) {
            catalog.provisioning().map(kind, resource, plan, plans[kind.ordinal()]);
        }
    }

    private static JsonNode json(String text, Object... values) {
        return Json.shared().readTree(String.format(Locale.ROOT, text, values));
    }
}
