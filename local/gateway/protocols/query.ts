import type { AwsError } from '../../aws/error.ts'
import type { ApiCall, AwsRequest, AwsResponse, Protocol } from '../message.ts'
import { splitPath } from '../message.ts'
import { serviceByVersion } from '../services.ts'
import type { QueryService } from '../services.ts'
import { queryName, statusOutsideJson } from './errorNames.ts'
import { queryInput } from './queryInput.ts'
import { element, escape, xmlMembers } from './xml.ts'

/** The query protocol: a form with `Action` and `Version`, in the body or in the query string; answers in XML. */
export function queryCall({ headers, path, body }: AwsRequest): ApiCall | undefined {
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? body.toString() : ''
  const url = splitPath(path)
  const parameters = form === '' ? url.parameters : new URLSearchParams(form)
  const action = parameters.get('Action')
  if (action === null) return undefined
  const version = parameters.get('Version') ?? ''
  const service = serviceByVersion(version) ?? { name: version, xmlNamespace: '' }
  // A queue's URL is itself an endpoint of SQS.
  if (service.name === 'sqs' && url.pathname.split('/').length > 2 && !parameters.has('QueueUrl'))
    parameters.set('QueueUrl', `http://${headers.host ?? 'localhost'}${url.pathname}`)
  return {
    protocol: query(service),
    service: service.name,
    action,
    input: () => queryInput(service.name, parameters),
  }
}

function query({ name, xmlNamespace }: QueryService): Protocol {
  const respond = (statusCode: number, root: string, inner: string, requestId: string): AwsResponse => ({
    statusCode,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<?xml version="1.0"?>\n<${root} xmlns="${xmlNamespace}">${inner}</${root}>`,
  })
  return {
    success({ action }, output, requestId) {
      const result = element(`${action}Result`, xmlMembers(name, action, output))
      const metadata = element('ResponseMetadata', element('RequestId', requestId))
      return respond(200, `${action}Response`, result + metadata, requestId)
    },
    failure(_, error, requestId) {
      const inner = element('Error', errorMembers(name, error)) + element('RequestId', requestId)
      return respond(statusOutsideJson(error), 'ErrorResponse', inner, requestId)
    },
  }
}

function errorMembers(service: string, error: AwsError): string {
  return (
    element('Type', error.status < 500 ? 'Sender' : 'Receiver') +
    element('Code', queryName(service, error.code)) +
    element('Message', escape(error.message))
  )
}
