/**
 * The store for more than one machine: the documents of a service in one collection of a Couchbase cluster, through Spring Data
 * Couchbase. Key-value operations only: what it needs is a bucket and a user, neither an index nor the query service. Knows Spring
 * Data, the Couchbase client and the port; begin with {@link io.quipu.common.store.couchbase.CouchbaseStore}. Its classes are loaded only
 * where {@code quipu.store} is {@code couchbase}.
 */
package io.quipu.common.store.couchbase;
