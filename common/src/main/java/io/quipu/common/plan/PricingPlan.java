package io.quipu.common.plan;

import java.util.List;
import java.util.Optional;

/**
 * What units cost, by country.
 *
 * @param planId its id
 * @param metrics the priced metrics, names unique; a metric without a price list is free of charge
 */
public record PricingPlan(String planId, List<Metric> metrics) {

    /** Copies the list. */
    public PricingPlan {
        metrics = List.copyOf(metrics);
    }

    /** Whether a metric has a price list that is not empty; without one it is free of charge. */
    public boolean priced(String metric) {
        return metrics.stream().anyMatch(m -> m.name().equals(metric) && !m.prices().isEmpty());
    }

    /**
     * The price of a metric in a country and currency: the first entry with that country whose currency is that one, or
     * is not stated.
     */
    public Optional<Price> price(String metric, String country, String currency) {
        for (Metric priced : metrics) {
            if (priced.name().equals(metric)) {
                for (Price price : priced.prices()) {
                    if (price.country().equals(country)
                            && (price.currency() == null || price.currency().equals(currency))) {
                        return Optional.of(price);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The prices of one metric.
     *
     * @param name the metric
     * @param prices one entry per country and currency; null means none
     */
    public record Metric(String name, List<Price> prices) {
        public Metric {
            prices = prices == null ? List.of() : List.copyOf(prices);
        }
    }
}
