package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a plan version says of each metric, read from its JSON. */
final class Terms {

    private final JsonNode plan;

    Terms(JsonNode plan) {
        this.plan = plan;
    }

    /** The four plan ids, as reports join them. */
    String path() {
        return plan.get("plan_id").stringValue() + "/" + plan.get("metering").get("plan_id").stringValue() + "/"
                + plan.get("rating").get("plan_id").stringValue() + "/" + plan.get("pricing").get("plan_id").stringValue();
    }

    List<Metric> metrics(String country, String currency) {
        List<Metric> metrics = new ArrayList<>();
        for (JsonNode metric : plan.get("metering").get("metrics")) {
            String name = metric.get("name").stringValue();
            metrics.add(new Metric(name, text(metric, "meter", name), text(metric, "accumulate", "sum"),
                    text(metric, "time_unit", "hours"),
                    text(named(plan.get("rating").get("metrics"), name), "rate", "per_unit"),
                    price(name, country, currency)));
        }
        return metrics;
    }

    private Optional<JsonNode> price(String metric, String country, String currency) {
        JsonNode prices = named(plan.get("pricing").get("metrics"), metric);
        if (prices != null) {
            for (JsonNode price : prices.path("prices")) {
                if (price.get("country").stringValue().equals(country)
                        && text(price, "currency", currency).equals(currency)) {
                    return Optional.of(price);
                }
            }
        }
        return Optional.empty();
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode element : list) {
            if (element.get("name").stringValue().equals(name)) {
                return element;
            }
        }
        return null;
    }

    private static String text(JsonNode node, String member, String otherwise) {
        return node != null && node.path(member).isString() ? node.get(member).stringValue() : otherwise;
    }

    static BigDecimal number(JsonNode node) {
        return node.isString() ? new BigDecimal(node.stringValue()) : node.decimalValue();
    }

    /**
     * One metric.
     *
     * @param name its name
     * @param meter from measures to its quantity
     * @param accumulate over time
     * @param timeUnit in which a level's time counts
     * @param rate from quantity to cost
     * @param price what units cost; empty when they are free of charge
     */
    record Metric(String name, String meter, String accumulate, String timeUnit, String rate, Optional<JsonNode> price) {

        /** Whether it meters a level, which runs from the usage's end on. */
        boolean level() {
            return accumulate.equals("time_weighted");
        }


        /** The quantity; empty when none of the measures of the metric was measured. */
        Optional<BigDecimal> quantity(Map<String, BigDecimal> measures) {
            boolean measured = Arithmetic.names(meter).stream().anyMatch(measures::containsKey)
                    || Arithmetic.names(meter).isEmpty();
            return measured ? Optional.of(Arithmetic.evaluate(meter, measures)) : Optional.empty();
        }

        /** Whether each unit costs the same, from the first one on. */
        boolean proportional() {
            return price.isEmpty() || rate.equals("per_unit") && free().signum() == 0;
        }

        private BigDecimal free() {
            return price.filter(p -> p.hasNonNull("free")).map(p -> number(p.get("free"))).orElse(BigDecimal.ZERO);
        }

        /** What a quantity costs: below zero a credit where the price is proportional, else nothing. */
        BigDecimal cost(BigDecimal quantity) {
            if (price.isEmpty()) {
                return BigDecimal.ZERO;
            }
            if (proportional()) {
                return times(quantity, price.get());
            }
            BigDecimal charged = quantity.subtract(free());
            if (charged.signum() <= 0) {
                return BigDecimal.ZERO;
            }
            return switch (rate) {
                case "per_unit" -> times(charged, price.get());
                case "tiered" -> tiered(charged);
                case "volume" -> times(charged, tier(charged));
                case "package" -> times(charged.divide(number(price.get().get("package_size")), 0, RoundingMode.CEILING),
                        price.get());
                default -> throw new IllegalArgumentException("no rate " + rate);
            };
        }

        private BigDecimal tiered(BigDecimal charged) {
            BigDecimal cost = BigDecimal.ZERO;
            BigDecimal below = BigDecimal.ZERO;
            for (JsonNode tier : price.get().get("tiers")) {
                BigDecimal upTo = tier.hasNonNull("up_to") ? number(tier.get("up_to")).min(charged) : charged;
                if (upTo.compareTo(below) > 0) {
                    cost = cost.add(times(upTo.subtract(below), tier));
                    below = upTo;
                }
            }
            return cost;
        }

        private JsonNode tier(BigDecimal charged) {
            for (JsonNode tier : price.get().get("tiers")) {
                if (!tier.hasNonNull("up_to") || number(tier.get("up_to")).compareTo(charged) >= 0) {
                    return tier;
                }
            }
            throw new IllegalArgumentException("the last tier is not open");
        }

        private static BigDecimal times(BigDecimal units, JsonNode priced) {
            return units.multiply(number(priced.get("price")), MathContext.DECIMAL128);
        }
    }
}
