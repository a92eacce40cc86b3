package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.util.Map;

/**
 * What one more usage made the stores write, when nothing was under way beside it.
 *
 * @param scenario the scenario
 * @param label what was posted at a time
 * @param consumers of the organization, all of them known already
 * @param usages how many were posted in all
 * @param bytes keys and values handed to each store's engine per usage, by service
 */
record Written(String scenario, String label, int consumers, long usages, Map<String, Double> bytes) {

    double aggregatorBytes() {
        return bytes.get(Ports.AGGREGATOR);
    }
}
