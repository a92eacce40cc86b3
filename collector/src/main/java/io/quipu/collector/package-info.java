/**
 * Takes usage in, keeps the ordered log and the catalog, and drives the pipeline.
 *
 * <p>Read {@code web.SubmissionServlet}, {@code intake.UsageIntake}, {@code log.UsageLog}, then {@code drive.Driver}.
 */
package io.quipu.collector;
