/**
 * Services of others that keep parts of the catalog, asked over HTTP as Abacus asks its provisioning and account plugins. What
 * their answers mean is decided in {@link io.quipu.collector.catalog}.
 */
package io.quipu.collector.plugin;
