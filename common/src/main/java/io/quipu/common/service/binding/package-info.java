/**
 * What Cloud Foundry tells an application of the services that are bound to it. Begin with
 * {@link io.quipu.common.service.binding.CouchbaseBinding}. What is read here holds passwords: no value of it may get into a
 * message or a log, only the names of services and fields.
 */
package io.quipu.common.service.binding;
