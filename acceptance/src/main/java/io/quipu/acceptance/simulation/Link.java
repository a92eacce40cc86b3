package io.quipu.acceptance.simulation;

/** Who calls whom. */
enum Link {
    CLIENT_TO_COLLECTOR, COLLECTOR_TO_METER, COLLECTOR_TO_ACCUMULATOR, METER_TO_ACCUMULATOR, ACCUMULATOR_TO_AGGREGATOR
}
