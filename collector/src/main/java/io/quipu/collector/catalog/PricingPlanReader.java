package io.quipu.collector.catalog;

import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads pricing plans: the prices of each metric, by country and currency. */
final class PricingPlanReader {

    /** Entries in the price list of a metric. */
    static final int MAX_PRICES = 500;

    /** Tiers of a price. */
    static final int MAX_TIERS = 100;

    private static final Set<String> PLAN = Members.names("plan_id", "metrics");
    private static final Set<String> METRIC = Members.names("name", "prices");
    private static final Set<String> PRICE = Members.names("country", "currency", "price", "free", "tiers", "package_size");
    private static final Set<String> TIER = Members.names("up_to", "price");

    private PricingPlanReader() {
    }

    static PricingPlan read(String planId, Members plan) {
        plan.allow(PLAN);
        plan.require("metrics");
        List<PricingPlan.Metric> metrics = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Members metric : plan.objects("metrics", 0, PlanDefinition.MAX_METRICS)) {
            metric.allow(METRIC);
            metrics.add(new PricingPlan.Metric(PlanDefinition.name(metric, names), prices(metric)));
        }
        return new PricingPlan(planId, metrics);
    }

    private static List<Price> prices(Members metric) {
        List<Price> prices = new ArrayList<>();
        Map<String, Set<String>> currencies = new HashMap<>();
        for (Members price : metric.objects("prices", 0, MAX_PRICES)) {
            Price read = price(price);
            prices.add(read);
            // an absent currency stands for the account's, whichever it is, and so meets every other one
            Set<String> others = currencies.computeIfAbsent(read.country(), country -> new HashSet<>());
            String currency = read.currency() == null ? "" : read.currency();
            boolean ambiguous = currency.isEmpty() ? !others.isEmpty() : others.contains("");
            if (!read.country().isEmpty() && (!others.add(currency) || ambiguous)) {
                price.note("country", "duplicate", "is listed twice for the same currency, or once without a currency "
                        + "and once with one");
            }
        }
        return prices;
    }

    private static Price price(Members price) {
        price.allow(PRICE);
        price.require("country");
        String country = price.text("country", PlanDefinition.MAX_WORD_LENGTH).orElse("");
        Optional<String> currency = price.text("currency", PlanDefinition.MAX_WORD_LENGTH);
        if (currency.isPresent() && !Currencies.wellFormed(currency.get())) {
            price.note("currency", "currency", "must be three capital letters, such as USD");
        }
        Optional<BigDecimal> amount = price.amount("price");
        Optional<BigDecimal> free = price.amount("free");
        Optional<BigDecimal> packageSize = price.positive("package_size");
        List<Price.Tier> tiers = tiers(price);
        if (price.absent("price") == price.absent("tiers")) {
            price.note("price", "required", "either price or tiers is needed, and not both");
        }
        if (!price.absent("package_size") && !price.absent("tiers")) {
            price.note("package_size", "exclusive", "a price with tiers has no packages");
        }
        return new Price(country, currency.orElse(null), amount.orElse(null), free.orElse(null), tiers,
                packageSize.orElse(null));
    }

    private static List<Price.Tier> tiers(Members price) {
        List<Members> objects = price.objects("tiers", 1, MAX_TIERS);
        List<Price.Tier> tiers = new ArrayList<>();
        BigDecimal below = BigDecimal.ZERO;
        for (int i = 0; i < objects.size(); i++) {
            Members tier = objects.get(i);
            boolean last = i == objects.size() - 1;
            tier.allow(TIER);
            tier.require("price");
            Optional<BigDecimal> upTo = tier.positive("up_to");
            if (last && !tier.absent("up_to")) {
                tier.note("up_to", "last_tier", "the last tier is open: it has no up_to");
            } else if (!last && tier.absent("up_to")) {
                tier.note("up_to", "required", "only the last tier is open");
            }
            if (upTo.isPresent()) {
                if (upTo.get().compareTo(below) <= 0 && below.signum() > 0) {
                    tier.note("up_to", "ascending", "must be more than the up_to of the tier before");
                }
                below = upTo.get();
            }
            tier.amount("price").ifPresent(amount -> tiers.add(new Price.Tier(upTo.orElse(null), amount)));
        }
        return tiers;
    }
}
