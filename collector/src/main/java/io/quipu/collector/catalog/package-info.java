/**
 * The catalog: plans, mappings, resource types and accounts, and how a usage is resolved to the terms it is pinned to.
 *
 * <p>Start reading at {@link io.quipu.collector.catalog.Catalog#resolve}. What lives here knows the store and JSON but
 * no HTTP; no other package touches the catalog's documents.
 *
 * <p>Four decisions:
 * <ul>
 *   <li>Terms are copied, not referred to: a {@code PlanVersion} is stored under the hash of its JSON before a usage is
 *       accepted under it, and nothing ever changes it. So plans, mappings and accounts may change at any time.</li>
 *   <li>An organization has one currency for ever, since its totals are in one currency. It is written down with the
 *       first usage resolved or the first registration, whichever comes first, in a document inserted if absent; so even
 *       a registration that races with usage cannot mix two currencies.</li>
 *   <li>A metric's accumulate function and units are for ever, too: a plan document remembers those of every metric it
 *       ever had, and another meaning needs another plan id.</li>
 *   <li>Functions that say what a built-in function says are replaced by it when a plan is stored, see {@code recognition}: so what
 *       a plan version runs is part of it, whatever a later release recognizes.</li>
 * </ul>
 */
package io.quipu.collector.catalog;
