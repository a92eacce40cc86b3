package io.quipu.collector.catalog;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Pin;

/**
 * Under which terms a usage is accepted.
 *
 * @param pin what is written into the usage
 * @param plan the definitions that the pin names; durably stored already
 */
public record Terms(Pin pin, PlanVersion plan) {
}
