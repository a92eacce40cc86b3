/**
 * The benchmark: five services as processes under a load of known shape, measured from outside by what the operating
 * system, the services' own metrics and their reports say, and beside them the limits of the machine itself.
 *
 * <p>Start reading at {@link io.quipu.acceptance.bench.Bench}, then {@link io.quipu.acceptance.bench.Scenarios}. Quantities
 * and what is compared with reports are exact; only times and rates are doubles.
 */
package io.quipu.acceptance.bench;
