import type { APIRoute } from 'astro'

export const GET: APIRoute = ({ redirect, params }) => redirect(`/${params['locale']}/learn/classifier/child`, 303)
