/**
 * The bill recounted: folds what clients saw accepted, once, in the simplest way, and compares a report with it to the last
 * digit. Shares no rule with the services: of their code it uses nothing; it knows their documented JSON.
 *
 * <p>Start reading at {@link io.quipu.acceptance.oracle.Oracle}.
 */
package io.quipu.acceptance.oracle;
